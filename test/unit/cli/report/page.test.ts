import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { SeriesRow } from '../../../../cli/record/series-model.ts'
import { axisOf, rates } from '../../../../cli/report/axis.ts'
import { distributionOf } from '../../../../cli/report/distribution.ts'
import { marginOf } from '../../../../cli/report/html/gates.ts'
import { html, json } from '../../../../cli/report/html/markup.ts'
import { reportPage } from '../../../../cli/report/html/page.ts'
import { pageData } from '../../../../cli/report/page-data.ts'
import { labelOf } from '../../../../lib/gates/catalogue.ts'
import { resultsOf, runsBefore } from './results-of-a-run.ts'

const sum = (values: readonly (number | null)[]): number => values.reduce<number>((a, b) => a + (b ?? 0), 0)

describe('the data of the page', () => {
  const { series, summary } = resultsOf({ seconds: 100, endpoints: 3 })
  const data = pageData(series, summary)

  it('has all endpoints together first, then each', () => {
    assert.deepEqual(
      data.views.map(({ endpoint }) => endpoint),
      ['*', 'endpoint_01', 'endpoint_02', 'endpoint_03'],
    )
    assert.equal(data.views[0]?.t.length, 100)
  })
  it('has rates that add up to what was sent, together and apart', () => {
    const sent = sum(series.rows.flatMap((row) => row.sent))
    const [all, ...each] = data.views
    assert.ok(Math.abs(sum(all?.sent ?? []) / sent - 1) < 1e-3)
    assert.ok(Math.abs(sum(each.flatMap((view) => view.sent)) / sent - 1) < 1e-3)
  })
  it('has the planned rate of all, and the share of each', () => {
    assert.deepEqual([data.views[0]?.offered[60], data.views[1]?.offered[60]], [1200, 400])
  })
  it('has the limits of a window over that window, for all endpoints only where they are for all', () => {
    assert.deepEqual(
      data.views[0]?.latencyLimits.map(({ start, end, value }) => [start, end, value]),
      [
        [5, 50, 100],
        [50, 70, 100],
        [70, 100, 100],
      ],
    )
    assert.deepEqual(data.views[1]?.latencyLimits, [])
  })
  it('has one line for the same limit of windows that run at the same time, and says whose it is', () => {
    const windows = summary.windows.map((window) => ({ ...window, start: 0, duration: 100 }))
    const lines = pageData(series, { ...summary, windows }).views[0]?.latencyLimits ?? []
    assert.deepEqual(
      lines.map(({ label, side }) => [label, side]),
      [['base, spike, recovery p95 ≤ 100 ms', 'above']],
    )
  })
  it('has the limits of a metric in its own unit, and only where they are a height in its chart', () => {
    const gates = (['max', 'p95', 'samples'] as const).flatMap((key) => {
      const [gate] = summary.gates
      return gate
        ? [{ ...gate, window: 'run', endpoint: 'ws_held', key, label: labelOf(key), limit: 900, unit: 'count' as const }]
        : []
    })
    const [held] = pageData(series, { ...summary, gates }).measured
    assert.deepEqual(
      held?.limits.map(({ value, label }) => [value, label]),
      [[900, 'value ≤ 900']],
    )
  })
  it('knows a run of sockets only, which has no requests to draw', () => {
    assert.equal(data.hasRequests, true)
    assert.equal(pageData({ ...series, rows: [], merged: [] }, summary).hasRequests, false)
  })
  it('takes the plan and the windows of k6 where there is no summary', () => {
    const alone = pageData(series, undefined)
    assert.equal(alone.views[0]?.offered[60], 1200)
    assert.equal(alone.windows.length, 4)
  })
  it('divides by the time that a push really covers', () => {
    const late = { ...series, t: [0.1, 1.1, 3.1] }
    const axis = axisOf(late)
    assert.deepEqual(axis.places, [1, 2], 'a tenth of a second is no rate')
    assert.deepEqual(rates([5, 10, 20], 0, axis).slice(1), [10, 10])
  })
})

describe('the distribution', () => {
  const { series, summary } = resultsOf({ seconds: 100, endpoints: 1 })
  const of = (change: (row: SeriesRow) => SeriesRow) => distributionOf(series.rows.map(change), summary)

  it('adds up to all answers of each gated window', () => {
    for (const { shares } of of((row) => row)) assert.ok(Math.abs(sum(shares) - 1) < 0.01)
    assert.deepEqual(
      of((row) => row).map(({ window }) => window),
      ['base', 'spike', 'recovery'],
    )
  })
  it('begins with the lower edge of the lowest bucket: nothing is below it', () => {
    const histogram = { schema: 0, zero: 0, first: 1, counts: [3, 1] }
    const [found] = of((row) => ({ ...row, histogram }))
    assert.deepEqual(
      [found?.edges, found?.shares],
      [
        [1000, 2000, 4000],
        [0, 0.75, 0.25],
      ],
    )
  })
  it('has requests that got no answer at zero', () => {
    const [found] = of((row) => ({ ...row, histogram: { schema: 0, zero: 1, first: 1, counts: [3] } }))
    assert.deepEqual(
      [found?.edges, found?.shares],
      [
        [0, 1000, 2000],
        [0.25, 0, 0.75],
      ],
    )
  })
})

describe('the generator', () => {
  const results = resultsOf({ seconds: 30, endpoints: 1 })
  it('stands beside the control probe', () => {
    const page = reportPage(results, { script: '', style: '' })
    assert.match(
      page,
      /k6 read 20 times the latency[\s\S]*stood waiting for one[\s\S]*1\.90 of 2 cores[\s\S]*its own bottleneck<\/span>[\s\S]*kept from the cores<\/span> 2 % stolen, waited for a core 2\.10 s a second, others used 1\.50/,
    )
  })
  it('is left out where nobody looked', () => {
    assert.ok(!reportPage({ ...results, generator: undefined }, { script: '', style: '' }).includes('id="generator"'))
  })
})

describe('margins', () => {
  it('are the share of the limit that is left, negative where it was missed', () => {
    assert.equal(marginOf({ measured: 25, limit: 100, bound: 'max' }), 0.75)
    assert.equal(marginOf({ measured: 150, limit: 100, bound: 'max' }), -0.5)
    assert.equal(marginOf({ measured: 0.5, limit: 1, bound: 'min' }), -0.5)
    assert.equal(marginOf({ measured: 0, limit: 0, bound: 'max' }), null)
    assert.equal(marginOf({ measured: null, limit: 1, bound: 'max' }), null)
  })
  it('are told as a multiple where they are more than the limit', () => {
    const results = resultsOf({ seconds: 30, endpoints: 1 })
    const [gate] = results.summary.gates
    const plenty = gate && { ...gate, measured: 4000, limit: 50, bound: 'min' as const }
    const page = reportPage(
      { ...results, summary: { ...results.summary, gates: plenty ? [plenty] : [] } },
      { script: '', style: '' },
    )
    assert.match(page, />80 × the limit</)
  })
  it('never promise more than the whole limit', () => {
    const results = resultsOf({ seconds: 30, endpoints: 1 })
    const [gate] = results.summary.gates
    const falling = gate && { ...gate, measured: -0.7, limit: 0.1, unit: 'share' as const }
    const page = reportPage(
      { ...results, summary: { ...results.summary, gates: falling ? [falling] : [] } },
      { script: '', style: '' },
    )
    assert.match(page, /-70 %[\s\S]*>100 % to spare</)
  })
})

describe('the order of the page', () => {
  const bare = { script: '', style: '' }
  const failed = { seconds: 60, endpoints: 2, verdict: 'fail' } as const
  const contentsOf = (page: string): string[] =>
    [...(/<nav[\s\S]*?<\/nav>/.exec(page)?.[0].matchAll(/<a href="#([\w-]+)">/g) ?? [])].map(([, id = '']) => id)

  it('lists every part with what it comes to, failures before curves', () => {
    const page = reportPage({ ...resultsOf(failed), earlier: runsBefore(failed, 3) }, bare)
    const headings = [...page.matchAll(/<h2 id="([\w-]+)">/g)].map(([, id]) => id)
    assert.deepEqual(contentsOf(page), headings)
    assert.deepEqual(headings.slice(0, 5), ['gates', 'failures', 'earlier', 'curves', 'endpoints'])
    assert.match(page, /href="#gates">Gates<\/a> <span class="count red">1 of 9 did not hold</)
    assert.match(page, /href="#endpoints">Endpoints<\/a> <span class="count red">2, \d with failures</)
  })
  it('leaves out what there is nothing of', () => {
    const page = reportPage({ ...resultsOf(failed), generator: undefined, failures: [], summary: undefined }, bare)
    assert.deepEqual(contentsOf(page), ['gates', 'curves', 'run'])
  })
})

describe('earlier runs in the page', () => {
  const failed = { seconds: 60, endpoints: 2, verdict: 'fail' } as const
  const bare = { script: '', style: '' }
  it('stand beside each gate', () => {
    const page = reportPage({ ...resultsOf(failed), earlier: runsBefore(failed, 3) }, bare)
    const [row = ''] = /<tr class="broken">[\s\S]*?<\/tr>/.exec(page) ?? []
    assert.match(
      row,
      /data-label="Before" class="number" data-value="2\.4">2\.4 ms <span class="red">held then<\/span> <span class="delta">\+5,858 %</,
    )
    assert.match(page, /Compared with <b>20260103T000000Z-burst<\/b> \(pass/)
  })
  it('are drawn as a trend, this run last', () => {
    const page = reportPage({ ...resultsOf(failed), earlier: runsBefore(failed, 9) }, bare)
    const said = [...page.matchAll(/aria-label="([^"]* over 10 runs[^"]*)"/g)].map(([, text]) => text)
    assert.equal(said.length, 9, 'three windows with three figures each')
    assert.equal(said[0], 'base p95 over 10 runs: from 2.4 ms to 5.66 ms, in this one 2.4 ms')
  })
  it('take no room where there are none', () => {
    const page = reportPage({ ...resultsOf(failed), earlier: [] }, bare)
    assert.ok(!page.includes('id="earlier"') && !page.includes('data-label="Before"'))
  })
})

describe('an endpoint in the page', () => {
  const page = reportPage(resultsOf({ seconds: 60, endpoints: 2, verdict: 'fail' }), { script: '', style: '' })
  const [part = ''] = /<details class="endpoint" id="endpoint-1"[\s\S]*?<\/details>/.exec(page) ?? []
  it('has its share, its percentiles by window, its curves, its failures', () => {
    assert.match(part, /<h3>endpoint_01<\/h3>.*50\.\d+ % of the requests · p95 2\.4 ms in base/)
    assert.match(part, /data-view="1"[\s\S]*id="chart-throughput-1"[\s\S]*id="chart-latency-1"/)
    assert.equal([...part.matchAll(/data-label="p95"/g)].length, 3)
    assert.match(part, /server_error[\s\S]*&lt;b&gt;no&lt;\/b&gt;/)
  })
  it('has where its time goes: what k6 does not time apart is the rest of the time before sending', () => {
    const [row = ''] = /<th scope="row">spike<\/th>\s*<td class="split">[\s\S]*?<\/tr>/.exec(part) ?? []
    const values = [...row.matchAll(/data-label="([^"]+)" class="number" data-value="([^"]+)"/g)].map(([, name, value]) => [
      name,
      Number(Number(value).toFixed(6)),
    ])
    assert.deepEqual(values, [
      ['DNS, queue', 0.1],
      ['Connect', 0.2],
      ['TLS', 0.3],
      ['Send', 0.05],
      ['Wait', 2],
      ['Receive', 0.07],
      ['Opened', 30],
    ])
  })
  it('has no such table where it was not recorded', () => {
    const results = resultsOf({ seconds: 60, endpoints: 2 })
    const rows = results.series.rows.map(({ phases: _, ...row }) => row)
    assert.ok(
      !reportPage({ ...results, series: { ...results.series, rows } }, { script: '', style: '' }).includes('Where the time goes'),
    )
  })
})

describe('markup', () => {
  it('escapes every value, and only once', () => {
    assert.equal(
      html`<p title="${'"\'<&'}">${['<b>', html`<i>${'&'}</i>`, 3, false, undefined]}</p>`.text,
      '<p title="&quot;&apos;&lt;&amp;">&lt;b&gt;<i>&amp;</i>3</p>',
    )
  })
  it('writes JSON that means the same and cannot leave its element', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('</script>', '<!--', '\u2028', '&lt;'), (value, odd) => {
        const { text } = json({ value, odd })
        assert.ok(!/[<>&\u2028]/.test(text))
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify({ value, odd })))
      }),
    )
  })
})
