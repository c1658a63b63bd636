/** `--prometheus` against a real Prometheus, and every query of the dashboard against what is in it then. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { it, type TestContext } from 'node:test'
import getPort, { portNumbers } from 'get-port'
import { thoroughly } from '../thorough.ts'
import { installed } from './installed.ts'
import { loadgate, SHORT_BURST, withFaults } from './loadgate-run.ts'
import { folderOf } from './script-run.ts'

interface Dashboard {
  templating: { list: { name: string; type: string; definition?: string }[] }
  panels: { title: string; targets: { expr: string }[] }[]
}
const DASHBOARD: Dashboard = JSON.parse(readFileSync(new URL('../../deploy/grafana/loadgate.json', import.meta.url), 'utf8'))

async function startPrometheus(t: TestContext, program: string): Promise<string> {
  const folder = await folderOf(t)
  // Below those that the system gives to connections, which would take a free one before Prometheus does.
  const port = await getPort({ host: '127.0.0.1', port: portNumbers(19_090, 19_190) })
  await writeFile(join(folder, 'prometheus.yml'), '')
  const flags = [
    '--web.enable-remote-write-receiver',
    '--enable-feature=native-histograms',
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  const child = spawn(program, [...flags, `--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`], {
    stdio: 'ignore',
  })
  t.after(() => child.kill('SIGKILL'))
  const url = `http://127.0.0.1:${port}`
  for (;;) {
    assert.equal(child.exitCode, null, 'Prometheus has ended')
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined)
    if (ready?.ok) return url
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function ask(url: string, path: string, query: Record<string, string>): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query)}`)
  const { status, data, error } = (await response.json()) as { status: string; data: unknown; error?: string }
  assert.equal(status, 'success', `${query.query ?? path}: ${error}`)
  return data
}

thoroughly('a run with --prometheus', { concurrency: true }, () => {
  it('arrives there whole, and every query of the dashboard answers', async (t) => {
    const program = installed(t, 'apt-get install prometheus', 'prometheus')
    if (program === undefined) return
    const url = await startPrometheus(t, program)
    // Something of everything that a panel shows: failures, drops, gates that did not hold.
    const faults = withFaults(
      { name: 'error_500', endpoint: 'resource', share: 0.1 },
      { name: 'latency', endpoint: 'resource', ms: 200 },
    )
    const words = ['run', 'sustained', '--profile', 'smoke', '--vus', '1', ...faults]
    const run = await loadgate(t, [...words, '--prometheus', `${url}/api/v1/write`])
    const { started_at, verdict } = run.verdict()
    assert.doesNotMatch(run.err, /were not delivered/)
    const [start, end] = [Date.parse(started_at) / 1000, Date.now() / 1000 + 2]
    const id = basename(run.folder)
    const filled = (text: string): string =>
      text.replaceAll('$run_id', id).replaceAll('$window', '.*').replaceAll('$endpoint', '.*').replaceAll('$resolution', '10s')

    const sent = (await ask(url, 'query', {
      query: `sum(last_over_time(k6_http_reqs_total{run_id="${id}"}[10m]))`,
      time: String(end),
    })) as { result: { value: [number, string] }[] }
    // The last milliseconds may be missing: k6 repeats no counter at its end.
    const total = run.summary().totals.sent
    assert.ok(Math.abs(Number(sent.result[0]?.value[1]) / total - 1) < 0.02, `${sent.result[0]?.value[1]} of ${total}`)

    for (const { title, targets } of DASHBOARD.panels)
      for (const { expr } of targets) {
        // A zero that is put in where nothing is would answer for nothing.
        const asked = filled(expr).replace(/ or vector\(0\)$/, '')
        const query = { query: asked, start: String(start), end: String(end), step: '1' }
        const { result } = (await ask(url, 'query_range', query)) as { result: { metric: object; values: [number, string][] }[] }
        const values = result.flatMap((series) => series.values).filter(([, value]) => value !== 'NaN')
        assert.ok(values.length > 0, `${title}: ${expr}`)
      }
    for (const { name, type, definition = '' } of DASHBOARD.templating.list) {
      if (type !== 'query') continue
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(filled(definition)) ?? []
      const series = (await ask(url, 'series', { 'match[]': selector, start: String(start), end: String(end) })) as Record<
        string,
        string
      >[]
      assert.ok(
        series.some((each) => each[label]),
        `variable ${name}`,
      )
    }

    const query = { query: `loadgate_verdict{run_id="${id}"}`, time: String(end) }
    const told = (await ask(url, 'query', query)) as { result: { metric: { verdict: string } }[] }
    assert.deepEqual(
      told.result.map(({ metric }) => metric.verdict),
      [verdict],
    )
    const gates = (await ask(url, 'query', { query: `count(loadgate_gate_ok{run_id="${id}"})`, time: String(end) })) as {
      result: { value: [number, string] }[]
    }
    assert.equal(Number(gates.result[0]?.value[1]), run.summary().gates.length)
  })

  it('arrives there without the recorder too, and one that is down changes nothing', async (t) => {
    const program = installed(t, 'apt-get install prometheus', 'prometheus')
    if (program === undefined) return
    const url = await startPrometheus(t, program)
    const [direct, down] = await Promise.all([
      loadgate(t, [...SHORT_BURST, '--no-record', '--prometheus', `${url}/api/v1/write`]),
      loadgate(t, [...SHORT_BURST, '--prometheus', 'http://127.0.0.1:9/api/v1/write']),
    ])
    assert.ok(!direct.has('series.json'))
    const query = {
      query: `count(k6_http_req_duration_seconds{run_id="${basename(direct.folder)}"})`,
      time: String(Date.now() / 1000),
    }
    const { result } = (await ask(url, 'query', query)) as { result: { value: [number, string] }[] }
    assert.ok(Number(result[0]?.value[1]) >= 12)
    assert.match(down.err, /Prometheus at 127\.0\.0\.1:9: \d+ pushes were not delivered/)
    assert.equal(down.series().complete, true)
    assert.doesNotMatch(JSON.stringify(down.verdict().reasons), /rometheus|remote/)
  })
})
