import assert from 'node:assert/strict'
import { test } from 'node:test'
import { screenOn } from '../../../../cli/base/terminal.ts'
import { noProgress, readProgress } from '../../../../cli/k6/progress.ts'
import { progressLine, progressView } from '../../../../cli/k6/progress-view.ts'

/** What k6 v1.8.1 and v2.2.0 print. */
const HEAD = `     scenarios: (100.00%) 5 scenarios, 18 max VUs, 1m34s max duration (incl. graceful stop):
              * p: 1 iterations for each of 2 VUs (maxDuration: 20s, gracefulStop: 30s)
              * r: Up to 10.00 iterations/s for 3.5s over 2 stages (maxVUs: 2, gracefulStop: 30s)
              * s: 3 iterations shared among 2 VUs (maxDuration: 20s, gracefulStop: 30s)
              * v: 2 looping VUs for 1m2s (startTime: 2s, gracefulStop: 30s)

`
const INIT = 'Init   [  16% ] 0222/1400 VUs initialized\nr      [   0% ]\n\n'
const second = (n: number): string => `running (0m0${n}.0s), 06/18 VUs, ${n * 1000} complete and 0 interrupted iterations
p    ✓ [ 100% ] 2 VUs      00.1s/20s  2/2 iters, 1 per VU
r      [  28% ] 1/2 VUs    1.0s/3.5s  07.58 iters/s
v    • [   0% ] waiting    1.0s

`
function lineAfter(text: string): string {
  const progress = noProgress()
  for (const line of text.split('\n')) readProgress(progress, line)
  return progressLine(progress)
}

test('before the load k6 makes its VUs', () => {
  assert.equal(lineAfter(HEAD + INIT), 'k6 makes its VUs: 222 of 1,400')
})

test('a second of the load: time left, what is under way, how much is done', () => {
  assert.equal(lineAfter(HEAD + INIT + second(4)), '4s, 1m00s left · r 28% 7.58/s · 4,000 iterations · 6/18 VUs busy')
})

test('where k6 does not say how long it takes, no time left is made up', () => {
  assert.equal(lineAfter(second(1)), '1s · r 28% 7.58/s · 1,000 iterations · 6/18 VUs busy')
})

test('after the last scenario it says that it is finishing, and what was cut off', () => {
  const end =
    'running (1m05.1s), 00/18 VUs, 237 complete and 13 interrupted iterations\nr   ✗ [  85% ] 0/2 VUs  3.0s/3.5s  10.00 iters/s\nv   ✓ [ 100% ] 2 VUs  1m2s\n'
  assert.match(lineAfter(HEAD + end), /^1m05s · r 85% 10\/s · 237 iterations · 0\/18 VUs busy · 13 interrupted$/)
  assert.match(lineAfter('running (1m05.1s), 00/18 VUs, 237 complete and 0 interrupted iterations\n'), / · finishing · /)
})

function show(live: boolean, width: number) {
  let out = ''
  const noted: string[] = []
  const view = progressView({
    progress: screenOn({
      write(text: string) {
        out += text
        return true
      },
    }),
    live,
    size: () => ({ columns: width, rows: 24 }),
    note: (line) => void noted.push(line),
  })
  return { view, noted, out: () => out }
}

test('without a terminal a line in ten seconds is printed', () => {
  const { view, noted, out } = show(false, 80)
  const text = HEAD + [1, 2, 3, 4, 5, 6, 7].map(second).join('')
  view.feed(text.split('\n'))
  for (const n of [8, 9]) view.feed(second(n).split('\n'))
  view.end()
  assert.equal(out(), '')
  assert.ok(noted.length >= 1 && noted.length <= 3, noted.join('\n'))
})

test('on a terminal one line is rewritten and never wraps', () => {
  const { view, noted, out } = show(true, 30)
  view.feed(second(1).split('\n'))
  view.feed(second(2).split('\n'))
  view.note('a word')
  view.end()
  const UP = '\u001b[1A\u001b[0J'
  const lines = out()
    .split(UP)
    .filter((line) => line !== '')
  assert.deepEqual(
    lines.map((line) => line.length),
    [30, 30],
  )
  assert.ok(lines.every((line) => line.indexOf('\n') === 29))
  assert.deepEqual(noted, ['a word'])
  assert.ok(out().endsWith(UP))
})
