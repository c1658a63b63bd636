import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { screenOn } from '../../../../cli/base/terminal.ts'
import { liveView, rawView } from '../../../../cli/live/view.ts'
import { Clock } from '../../../../cli/record/clock.ts'
import { Cumulative } from '../../../../cli/record/cumulative.ts'
import type { Recording } from '../../../../cli/record/recorder.ts'
import { Timeline } from '../../../../cli/record/timeline.ts'
import { threshold } from '../../lib/gates/told.ts'
import { observe } from '../record/native-buckets.ts'
import { runPlan } from '../run-plan.ts'

const START = 1_700_000_000_000
const BASE = { window: 'base', endpoint: '*', kind: 'limit', bound: 'max', why: '' } as const
const PLAN = runPlan({
  windows: [
    {
      name: 'base',
      start: 0,
      duration: 30,
      offered: [
        [0, 100],
        [30, 100],
      ],
    },
  ],
  gates: [
    {
      ...BASE,
      key: 'p95_ms',
      label: 'p95',
      ...threshold('http_req_duration{scenario:base}', 'p(95)<=100'),
      limit: 100,
      unit: 'ms',
    },
    {
      ...BASE,
      key: 'error_rate',
      label: 'error rate',
      ...threshold('errors{scenario:base}', 'count<=0'),
      limit: 0,
      unit: 'share',
      of: 3000,
    },
  ],
})

function recording() {
  const clock = new Clock(1000)
  const timeline = new Timeline((scenario) => scenario === 'base')
  const cumulative = new Cumulative()
  timeline.setupEnded = START
  let [requests, errors] = [0, 0]
  const made: Recording = {
    get places() {
      return clock.ends.length
    },
    ends: clock.ends,
    timeline,
    processes: new Map(),
    totals: () => cumulative.totals(),
  }
  return {
    made,
    second(failed = 0): Recording {
      requests += 100
      errors += failed
      const at = START + (requests / 100) * 1000
      const tags = { scenario: 'base', name: 'health' }
      const series = [
        {
          labels: { __name__: 'k6_http_req_duration_seconds', expected_response: 'true', ...tags },
          histogram: { value: observe(new Array(requests).fill(0.02)), at },
        },
        { labels: { __name__: 'k6_failures_total', class: 'timeout', ...tags }, sample: { value: errors, at } },
        { labels: { __name__: 'k6_errors_total', ...tags }, sample: { value: errors, at } },
        { labels: { __name__: 'k6_vus' }, sample: { value: 3, at } },
      ]
      timeline.take(clock.place('1', at), '1', cumulative.take('1', series))
      return made
    },
  }
}

function terminal(live: boolean, columns = 80) {
  let screen = ''
  const notes: string[] = []
  return {
    notes,
    /** With the escape character as a sign that can be seen. */
    screen: () => screen.replaceAll('\u001b', '␛'),
    print: () => {},
    note: (line: string) => void notes.push(line),
    colour: false,
    live,
    command: () => {},
    progress: screenOn({
      write(text: string) {
        screen += text
        return true
      },
    }),
    size: () => ({ columns, rows: 24 }),
  }
}

describe('the live view', () => {
  it('rewrites one block on a terminal, and leaves nothing of it behind', () => {
    const out = terminal(true)
    const view = liveView(out, 'burst', PLAN)
    const { second } = recording()
    for (let i = 0; i < 3; i++) view.second(second())
    const [first, ...others] = out.screen().split(/␛\[\d+A␛\[0J/)
    assert.equal(others.length, 2)
    assert.match(first ?? '', /^burst {3}1s, 29s left {3}base 1 of 30s\n/)
    for (const part of [
      'offered 100/s',
      'sent 100/s',
      'goodput 100/s',
      'p95 20',
      'failures',
      'none',
      'dropped 0',
      'VUs 3',
      '2 hold so far',
      'base ✓✓\n',
    ])
      assert.ok(first?.includes(part), `${part} in ${first}`)
    view.end()
    assert.match(out.screen(), /␛\[7A␛\[0J$/)
    assert.deepEqual(out.notes, [])
  })
  it('names what is red, with its limit', () => {
    const out = terminal(true)
    const view = liveView(out, 'burst', PLAN)
    view.second(recording().second(2))
    assert.match(out.screen(), /timeout 2/)
    assert.match(out.screen(), /1 red, 1 hold so far/)
    assert.match(out.screen(), /✗ base \/ all error rate 0\.07 %, must be at most 0 %/)
    assert.match(out.screen(), /base ✓✗\n/)
  })
  it('shows the same figures however narrow the terminal is', () => {
    const words = (columns: number): string[] => {
      const out = terminal(true, columns)
      liveView(out, 'burst', PLAN).second(recording().second(2))
      const lines = out.screen().split('\n')
      assert.ok(lines.every((line) => line.length < columns))
      return lines.join(' ').split(/\s+/)
    }
    assert.deepEqual(words(60), words(200))
  })
  it('writes a plain line each ten seconds where nothing can be rewritten', () => {
    const out = terminal(false)
    const view = liveView(out, 'burst', PLAN)
    const { second } = recording()
    for (let i = 0; i < 22; i++) view.second(second())
    view.end()
    assert.equal(out.screen(), '')
    assert.equal(out.notes.length, 2)
    assert.match(out.notes[0] ?? '', /^10s, 20s left · base · no failures · goodput 100\/s of 100\/s · p95 20(\.\d)? ms$/)
    assert.ok(!out.notes.join('').includes('\u001b'))
  })
  it('puts a note above the block', () => {
    const out = terminal(true)
    const view = liveView(out, 'burst', PLAN)
    view.second(recording().second())
    view.note('k6: something')
    assert.deepEqual(out.notes, ['k6: something'])
    assert.equal(out.screen().split('burst   ').length, 3)
  })
  it('shows what k6 says until the first second is there', () => {
    const out = terminal(false)
    const view = liveView(out, 'burst', PLAN)
    view.feed([
      'running (0m01.0s), 00/10 VUs, 5 complete and 0 interrupted iterations',
      'base   [  3% ] 00/10 VUs  01.0s/30.0s  100.00 iters/s',
    ])
    assert.equal(out.notes.length, 1)
  })
  it('is k6 itself when it is asked for raw', () => {
    const out = terminal(true)
    rawView(out).feed(['anything', '::error::\u001b[2J'])
    assert.equal(out.screen(), 'anything\n\\u003a:error::\\u001b[2J\n')
  })
})
