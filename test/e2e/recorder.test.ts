/** The recording of real runs against what k6 itself has counted. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { supervise } from '../../cli/base/supervise.ts'
import { K6Log } from '../../cli/k6/log.ts'
import { found } from '../../cli/k6/provision.ts'
import { K6_ARGS } from '../../cli/k6/run-k6.ts'
import { startRecorder } from '../../cli/record/recorder.ts'
import { parseSeries } from '../../cli/record/series-model.ts'
import { reserve } from '../../cli/results/results.ts'
import { thoroughly } from '../thorough.ts'
import { loadgate, SHORT_BURST, withFaults } from './loadgate-run.ts'
import { startGateway } from './reference-gateway.ts'
import { folderOf } from './script-run.ts'

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

thoroughly('the recorder', { concurrency: true }, () => {
  it('has every request of a run, in its window, endpoint and class', async (t) => {
    const faults = withFaults(
      { name: 'error_500', endpoint: 'resource', share: 0.05 },
      { name: 'empty_object', endpoint: 'health', share: 0.05 },
    )
    const run = await loadgate(t, [...SHORT_BURST, ...faults])
    assert.equal(run.code, 99, run.out + run.err)
    const [series, summary] = [parseSeries(run.file('series.json')), run.summary()]
    assert.equal(series.complete, true)
    assert.equal(sum(series.rows.map(({ sent }) => sum(sent))), summary.totals.sent)
    // Sums that are right because they were filled up from the summary would prove nothing.
    assert.ok(series.added_at_end <= summary.totals.sent * 0.01, `${series.added_at_end} added at the end`)
    assert.ok(summary.endpoints.length >= 12)
    const gated = new Set(summary.windows.flatMap((window) => (window.gated ? [window.name] : [])))
    for (const { window, endpoint, sent, ok, failures, latency } of summary.endpoints) {
      const row =
        series.rows.find((each) => each.window === window && each.endpoint === endpoint) ?? assert.fail(`${window} ${endpoint}`)
      assert.equal(sum(row.sent), sent)
      assert.equal(sum(row.ok), ok)
      assert.deepEqual(Object.fromEntries(Object.entries(row.failed).map(([name, values]) => [name, sum(values)])), failures)
      // Where latency settles, k6 keeps no percentiles; the recorder does.
      assert.equal(latency === null, !gated.has(window), `${window} ${endpoint}`)
      for (const percentile of ['p50', 'p95', 'p99'] as const) {
        assert.ok((row.latency?.[percentile] ?? 0) > 0, `${window} ${endpoint} ${percentile}`)
        if (latency === null) continue
        const ratio = (row.latency?.[percentile] ?? Number.NaN) / latency[percentile]
        // Four digits are kept of each.
        assert.ok(
          ratio < series.bucket_ratio * 1.001 && ratio > 0.999 / series.bucket_ratio,
          `${window} ${endpoint} ${percentile}: ${ratio}`,
        )
      }
    }
    const failed = summary.endpoints.flatMap(({ failures }) => Object.keys(failures))
    assert.deepEqual([...new Set(failed)].sort(), ['failed_check', 'server_error'])
  })

  it('has a second for each second, rates that fit the plan, and what the processes used', async (t) => {
    const run = await loadgate(t, SHORT_BURST)
    const series = run.series()
    const planned = run.summary().windows.reduce((end, { start, duration }) => Math.max(end, start + duration), 0)
    const last = series.t.at(-1) ?? 0
    // A machine that does three other things keeps k6 from pushing for a second or two.
    assert.ok(last >= planned - 1 && last < planned + 10, `${last} for ${planned}`)
    assert.ok(series.t.length >= planned * 0.5, `${series.t.length} pushes in ${planned} s`)
    series.t.forEach((at, i) => {
      assert.ok(i === 0 || at > (series.t[i - 1] ?? 0))
    })
    const spike = series.rows.filter(({ window }) => window === 'spike')
    const start = run.summary().windows.find(({ name }) => name === 'spike')?.start ?? 0
    const first = Math.min(...spike.map((row) => row.first))
    assert.ok(Math.abs((series.t[first] ?? 0) - start) <= 5, `spike seen at ${series.t[first]}, began at ${start}`)
    for (const role of ['k6', 'gateway']) {
      const { cpu = [], rss = [] } = series.processes[role] ?? {}
      assert.ok(Math.max(...cpu.map((cores) => cores ?? 0)) > 0.005, `${role} has used no CPU`)
      assert.ok(Math.max(...rss.map((bytes) => bytes ?? 0)) > 20 * 2 ** 20)
    }
    assert.ok((series.vus_max.at(-1) ?? 0) >= 10)
  })

  it('that dies disturbs nothing', async (t) => {
    const { url } = await startGateway(t)
    const program = (await found(process.env)) ?? assert.fail('there is no k6 here')
    const results = await folderOf(t)
    let seconds = 0
    const recorder = await startRecorder({
      script: 'burst',
      plan: undefined,
      env: {},
      version: program.version,
      onSecond() {
        seconds += 1
        if (seconds === 3) void recorder.close()
      },
    })
    t.after(() => recorder.close())
    reserve(results)
    const script = new URL('../../dist/burst.js', import.meta.url).pathname
    const settings = {
      BASE_URL: url,
      PROFILE: 'smoke',
      RATE: '90',
      DURATION: '3s',
      WARMUP: '1s',
      STALL: '1s',
      RESULTS_DIR: results,
    }
    const { PATH, HOME } = process.env
    const k6 = await supervise(program.path, [...K6_ARGS, ...recorder.output().args, script], {
      PATH,
      HOME,
      ...settings,
      ...recorder.output().env,
    })
    t.after(() => k6.signal('SIGKILL'))
    let text = ''
    const log = new K6Log((line) => {
      text += line
    })
    k6.child.stdout?.resume()
    k6.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => log.feed(chunk))
    const { code } = await k6.ended
    log.end()
    assert.equal(seconds, 3)
    assert.match(text, /Failed to send the time series data/)
    assert.deepEqual(
      log.facts.errors.filter(({ message }) => !message.startsWith('thresholds on metrics')),
      [],
    )
    // Latency limits may be missed on a busy machine; nothing else may.
    assert.ok(code === 0 || code === 99, `k6 ended with ${code}`)
    const series = recorder.finish(undefined)
    assert.equal(series?.complete, false)
    assert.equal(series?.t.length, 3)
  })

  it('is left out when told to, and k6 is shown raw', async (t) => {
    const run = await loadgate(t, [...SHORT_BURST, '--no-record', '--raw'])
    assert.ok(!run.has('series.json'))
    assert.match(run.file('report.html'), /was not recorded second by second/)
    assert.match(run.err, /running \(\d+m?\d*\.\ds\), \d+\/\d+ VUs/)
    assert.match(run.verdict().command, /--no-record/)
    assert.equal(run.verdict().k6.signal, null)
  })
})
