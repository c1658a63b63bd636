/** report.html in a real browser: content, curves against the data, nothing loaded, nothing that keeps anybody out. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { projectOf } from '../../cli/base/project.ts'
import type { LoadPerformance } from '../../cli/ci/gitlab.ts'
import type { RunResults } from '../../cli/report/html/page.ts'
import { makeReport } from '../../cli/report/write-report.ts'
import { PEAK_MS, resultsOf, runsBefore } from '../unit/cli/report/results-of-a-run.ts'
import { look, startBrowser } from './browser.ts'
import { installed } from './installed.ts'
import { loadgate, SHORT_BURST, withFaults } from './loadgate-run.ts'
import { folderOf } from './script-run.ts'

/** What the functions that run in the page use of it. */
declare const document: {
  getElementById(id: string): unknown
  querySelector(selector: string): unknown
  querySelectorAll(selector: string): Iterable<{ setAttribute(name: string, value: string): void }> & { length: number }
  documentElement: { scrollWidth: number; scrollHeight: number }
}
declare const innerWidth: number
/** Pixels of a sheet's width. */
const A4 = 794

const project = projectOf(import.meta.url)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pageOf = (results: RunResults): string =>
  makeReport(project, results) ?? assert.fail('the page is not built: npm run build')
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** Lines of a chart as they are drawn: label -> values, and the axis. */
const drawn = (page: Page, id: string): Promise<{ t: number[]; lines: Record<string, (number | null)[]> }> =>
  page.evaluate((chartId) => {
    const { chart } = document.getElementById(`chart-${chartId}`) as unknown as {
      chart: { data: (number | null)[][]; series: { label: string }[] }
    }
    const [t = [], ...lines] = chart.data
    return {
      t: t as number[],
      lines: Object.fromEntries(lines.map((values, i) => [chart.series[i + 1]?.label ?? '', [...values]])),
    }
  }, id)

/** Colour of the canvas where a value of a line must be. */
const colourAt = (page: Page, id: string, line: string, place: number): Promise<{ found: boolean; wanted: string }> =>
  page.evaluate(
    ([chartId, label, index]) => {
      const { chart } = document.getElementById(`chart-${chartId}`) as unknown as {
        chart: {
          data: (number | null)[][]
          series: { label: string; stroke: () => string }[]
          ctx: { getImageData(x: number, y: number, width: number, height: number): { data: ArrayLike<number> } }
          valToPos(value: number, scale: string, canvas: boolean): number
        }
      }
      const number = chart.series.findIndex((series) => series.label === label)
      const x = Math.round(chart.valToPos(chart.data[0]?.[index] ?? 0, 'x', true))
      const y = Math.round(chart.valToPos(chart.data[number]?.[index] ?? 0, 'y', true))
      const wanted = chart.series[number]?.stroke() ?? ''
      const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(wanted.slice(at, at + 2), 16)) as [number, number, number]
      const { data } = chart.ctx.getImageData(x - 3, y - 3, 7, 7)
      let found = false
      for (let i = 0; i < data.length; i += 4)
        found ||= Math.abs((data[i] ?? 0) - r) + Math.abs((data[i + 1] ?? 0) - g) + Math.abs((data[i + 2] ?? 0) - b) < 60
      return { found, wanted }
    },
    [id, line, place] as const,
  )

/** The part of the run that a chart shows. */
const rangeOf = (page: Page, id: string): Promise<[number, number]> =>
  page.evaluate((chart) => {
    const { min, max } = (
      document.getElementById(`chart-${chart}`) as unknown as { chart: { scales: { x: { min: number; max: number } } } }
    ).chart.scales.x
    return [min, max]
  }, id)

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { run } = (
      globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
    ).axe
    const { violations: found } = await run()
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
  })
}

describe('report.html', () => {
  let browser: Browser | undefined
  let folder = ''
  before(async (suite) => {
    const t = suite as unknown as TestContext
    const program = installed(t, 'apt-get install chromium', 'chromium', 'chromium-browser', 'google-chrome')
    if (program !== undefined) browser = await startBrowser(program)
  })
  after(() => browser?.close())
  /** Skipped where there is no browser. */
  const inBrowser = (name: string, test: (t: TestContext, browser: Browser) => Promise<void>) =>
    it(name, async (t) => {
      if (browser === undefined) return t.skip('no browser is installed')
      folder = await folderOf(t)
      await test(t, browser)
    })

  inBrowser('of a real run that failed says why, and draws what was recorded', async (t, chrome) => {
    const faults = withFaults({ name: 'error_500', endpoint: 'resource', share: 0.1, after_s: 5 })
    const step = join(folder, 'step-summary.md')
    const github = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: step, GITHUB_WORKSPACE: project.root }
    const run = await loadgate(t, [...SHORT_BURST, ...faults], github)
    assert.match(run.out, /^::error title=loadgate burst%3A fail::/m)
    const line = Number(
      /^::error file=thresholds\/burst\.json,line=(\d+),title=[^:]*::spike \/ all: error rate/m.exec(run.out)?.[1],
    )
    assert.match(readFileSync(join(project.root, 'thresholds/burst.json'), 'utf8').split('\n')[line - 1] ?? '', /"error_rate"/)
    assert.match(readFileSync(step, 'utf8'), /^# burst: fail\n/)
    const { metrics } = JSON.parse(run.file('load-performance.json')) as LoadPerformance
    assert.ok(metrics.checks.fails > 0 && metrics.http_reqs.rate > 50)
    assert.ok(metrics.http_req_waiting && metrics.http_req_waiting['p(95)'] >= metrics.http_req_waiting['p(90)'])
    const html = run.file('report.html')
    assert.ok(html.length < 300_000, `${html.length} bytes`)
    const { page, complaints, requests } = await look(chrome, folder, html)
    const { reasons, command } = run.verdict()
    assert.equal(await page.textContent('h1'), reasons[0]?.sentence)
    assert.match((await page.textContent('.stamp')) ?? '', /Fail/)
    const rows = await page.locator('table.gates').first().locator('tbody tr').allTextContents()
    const red = run.summary().gates.filter(({ ok }) => !ok)
    assert.ok(red.length > 0)
    assert.ok(
      rows.slice(0, red.length).every((row) => row.includes('✗')) && rows.slice(red.length).every((row) => row.includes('✓')),
    )
    assert.match(
      (await page.textContent('section:has(#failures)')) ?? '',
      /server_error[\s\S]*resource in \w+: status 500\. The answer has status 500, not 200\./,
    )
    assert.equal(await page.textContent('#command'), command)
    assert.match((await page.textContent('section:has(#run)')) ?? '', new RegExp(`k6 ${run.verdict().k6.version}`))

    const { t: ends, rows: recorded, merged, processes } = run.series()
    const throughput = await drawn(page, 'throughput')
    const latency = await drawn(page, 'latency')
    const cpu = await drawn(page, 'cpu')
    let compared = 0
    ends.forEach((end, i) => {
      const from = i === 0 ? Math.min(0, end - 0.25) : (ends[i - 1] ?? 0)
      const at = throughput.t.findIndex((moment) => Math.abs(moment - (from + end) / 2) < 0.011)
      if (at < 0) return
      const sent = sum(recorded.filter(({ window }) => window !== '').map((row) => row.sent[i - row.first] ?? 0))
      assert.ok(Math.abs((throughput.lines.sent?.[at] ?? -1) - sent / (end - from)) < 0.02 * sent + 0.01)
      const all = merged.find(({ endpoint }) => endpoint === '*')
      assert.equal(latency.lines.p95?.[at] ?? null, all?.p95[i - all.first] ?? null)
      assert.equal(cpu.lines['k6 (generator)']?.[at], processes.k6?.cpu[i])
      compared += 1
    })
    // What was recorded before the load is setup, however long it took, and is not drawn.
    const ofTheLoad = ends.filter((end) => end >= 0.25).length
    assert.ok(compared >= ofTheLoad - 1 && compared > 3, `${compared} of ${ofTheLoad} points`)
    assert.ok((processes.k6?.cpu ?? []).some((value) => (value ?? 0) > 0))
    const middle = Math.floor(latency.t.length / 2)
    for (const [chart, line] of [
      ['latency', 'p95'],
      ['throughput', 'right'],
    ] as const)
      assert.ok((await colourAt(page, chart, line, middle)).found, `${line} is not on the canvas of ${chart}`)
    assert.ok(sum(((await drawn(page, 'failures')).lines.server_error ?? []).map((value) => value ?? 0)) > 0)
    assert.deepEqual([complaints, requests], [[], []])
  })

  inBrowser('of an hour with twelve endpoints is small, quick, and keeps the peak', async (_t, chrome) => {
    const html = pageOf(resultsOf({ seconds: 3600, endpoints: 12, peakAt: 1234 }))
    assert.ok(html.length < 1_000_000, `${html.length} bytes`)
    const first = await look(chrome, folder, html)
    // The browser warms up, and others may load the machine: the page is as quick as its quickest look.
    const ready = [first.ready ?? Number.NaN]
    while (ready.length < 6 && !(Math.min(...ready) < 10_000)) ready.push((await look(chrome, folder, html)).ready ?? Number.NaN)
    assert.ok(Math.min(...ready) < 10_000, `ready after ${ready.join(', ')} ms`)
    const { page } = first
    const { t, lines } = await drawn(page, 'latency')
    assert.ok(t.length < 3000)
    assert.equal(lines.p99?.[t.indexOf(1234.5)], PEAK_MS)
  })

  inBrowser('can be used by keyboard alone', async (_t, chrome) => {
    const results = resultsOf({ seconds: 300, endpoints: 3, verdict: 'fail' })
    const { page, complaints } = await look(chrome, folder, pageOf(results))
    await page.focus('input[name=view]')
    const before = await drawn(page, 'throughput')
    await page.keyboard.press('ArrowRight')
    const one = await drawn(page, 'throughput')
    assert.ok(Math.max(...(one.lines.sent ?? []).map(Number)) < Math.max(...(before.lines.sent ?? []).map(Number)) / 2)
    await page.focus('#moment')
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowLeft')
    const said = (await page.textContent('#moment-text')) ?? ''
    assert.match(said, /^4:5\d in recovery, offered 80\/s, sent \d+/)
    assert.equal(await page.getAttribute('#moment', 'aria-valuetext'), said)
    assert.match((await page.textContent('#chart-latency .legend')) ?? '', /p95[\d.]+ ms/)
    await page.selectOption('#zoom', 'spike')
    assert.deepEqual(await rangeOf(page, 'latency'), [150, 210])
    await page.focus('#scale')
    await page.keyboard.press('Space')
    const linear = await page.evaluate(
      () =>
        (document.getElementById('chart-latency') as unknown as { chart: { scales: { y: { min: number } } } }).chart.scales.y.min,
    )
    assert.equal(linear, 0)
    await page.locator('#measured summary').focus()
    await page.keyboard.press('Enter')
    await page.waitForSelector('#chart-measured-ws_held canvas')
    assert.deepEqual(complaints, [])
  })

  inBrowser('sorts its tables by keyboard, and says so', async (_t, chrome) => {
    const { page, complaints } = await look(chrome, folder, pageOf(resultsOf({ seconds: 120, endpoints: 4, verdict: 'fail' })))
    const table = page.locator('table.endpoints')
    const column = async (): Promise<number[]> =>
      (await table.locator('td[data-label="Sent"]').allTextContents()).map((text) => Number(text.replace(/,/g, '')))
    const written = await column()
    const head = table.locator('thead th', { hasText: 'Sent' })
    await head.locator('button').focus()
    const seen: (string | null)[] = []
    const orders: number[][] = []
    for (let press = 0; press < 3; press++) {
      await page.keyboard.press(press === 1 ? 'Space' : 'Enter')
      seen.push(await head.getAttribute('aria-sort'))
      orders.push(await column())
    }
    const up = written.toSorted((a, b) => a - b)
    assert.deepEqual(seen, ['ascending', 'descending', 'none'])
    assert.deepEqual(orders, [up, up.toReversed(), written])
    // The mark that stands for the reason of the row above gives way to the reason itself.
    const reason = page.locator('table.gates').first().locator('.same .ditto').first()
    assert.equal(await reason.isVisible(), true)
    await page.locator('table.gates').first().locator('thead button', { hasText: 'Measured' }).press('Enter')
    assert.equal(await page.locator('table.gates').first().locator('.ditto').first().isVisible(), false)
    assert.deepEqual(complaints, [])
  })

  inBrowser('leads from its contents to every part, and from the table to an endpoint with its curves', async (_t, chrome) => {
    const { page, complaints } = await look(chrome, folder, pageOf(resultsOf({ seconds: 120, endpoints: 4 })), {
      viewport: { width: 390, height: 800 },
    })
    for (const link of await page.locator('nav.contents a').all()) {
      await link.press('Enter')
      const id = ((await link.getAttribute('href')) ?? '').slice(1)
      await page.waitForFunction((part) => {
        const at = document.getElementById(part) as { closest(name: string): { open: boolean } } | null
        return at?.closest('details').open
      }, id)
    }
    await page.locator('table.endpoints a', { hasText: 'endpoint_03' }).first().press('Enter')
    await page.waitForSelector('#chart-latency-3 canvas')
    const one = await drawn(page, 'throughput-3')
    assert.ok(Math.max(...(one.lines.sent ?? []).map(Number)) > 200)
    await page.selectOption('#zoom', 'spike')
    assert.deepEqual(await rangeOf(page, 'latency-3'), [60, 84])
    assert.deepEqual(complaints, [])
  })

  inBrowser('is at most half as long on a phone, folded, as all of it', async (_t, chrome) => {
    const shape = { seconds: 120, endpoints: 4, verdict: 'fail' } as const
    const { page } = await look(chrome, folder, pageOf({ ...resultsOf(shape), earlier: runsBefore(shape, 9) }), {
      viewport: { width: 390, height: 800 },
    })
    const heights = await page.evaluate(() => {
      const { scrollHeight: folded } = document.documentElement
      for (const part of document.querySelectorAll('details.part')) part.setAttribute('open', '')
      return { folded, whole: document.documentElement.scrollHeight }
    })
    assert.ok(heights.folded * 2 <= heights.whole, JSON.stringify(heights))
    for (const part of ['gates', 'failures'])
      assert.ok(await page.locator(`#${part} ~ *, details:has(#${part}) > :not(summary)`).first().isVisible())
  })

  inBrowser('is whole on paper: no part of the run chosen, no part of the page folded', async (_t, chrome) => {
    const { page } = await look(chrome, folder, pageOf(resultsOf({ seconds: 120, endpoints: 2 })), {
      viewport: { width: 390, height: 800 },
    })
    await page.locator('nav.contents a[href="#curves"]').click()
    await page.selectOption('#zoom', 'spike')
    assert.deepEqual(await rangeOf(page, 'latency'), [60, 84])
    const folded = async (): Promise<number> => page.locator('details.part:not([open])').count()
    const before = await folded()
    assert.ok(before > 0)
    await page.emulateMedia({ media: 'print' })
    await page.waitForFunction(() => !document.querySelector('details.part:not([open])'))
    assert.deepEqual(await rangeOf(page, 'latency'), [0, 120])
    await page.emulateMedia({ media: 'screen' })
    await page.waitForFunction((count) => document.querySelectorAll('details.part:not([open])').length === count, before)
    assert.deepEqual(await rangeOf(page, 'latency'), [60, 84])
  })

  inBrowser('keeps nobody out: no finding of axe, in both schemes, on a desk, on a phone and on paper', async (_t, chrome) => {
    const shape = { seconds: 120, endpoints: 4, verdict: 'fail' } as const
    const html = pageOf({ ...resultsOf(shape), earlier: runsBefore(shape, 9) })
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 390]) {
        const { page } = await look(chrome, folder, html, { colorScheme, viewport: { width, height: 800 } })
        for (const details of await page.locator('details').all())
          await details.evaluate((element: { setAttribute(name: string, value: string): void }) =>
            element.setAttribute('open', ''),
          )
        assert.deepEqual(await violations(page), [], `${colorScheme} at ${width}`)
        const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
        assert.ok((content ?? 0) <= (window ?? 0), `${content} of ${window} pixels wide`)
      }
    const { page } = await look(chrome, folder, html, { viewport: { width: A4, height: 1000 } })
    await page.emulateMedia({ media: 'print' })
    const paper = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(paper <= A4, `${paper} of ${A4} pixels wide on paper`)
  })

  inBrowser('follows the scheme of the reader, in the curves too, and is light on paper', async (_t, chrome) => {
    const { page } = await look(chrome, folder, pageOf(resultsOf({ seconds: 60, endpoints: 2 })), { colorScheme: 'light' })
    const light = await colourAt(page, 'latency', 'p95', 30)
    await page.emulateMedia({ colorScheme: 'dark' })
    // The page hears of it in its own time.
    await page.waitForFunction((before) => {
      const { chart } = document.getElementById('chart-latency') as {
        chart: { series: { label: string; stroke: () => string }[] }
      }
      return chart.series.find(({ label }) => label === 'p95')?.stroke() !== before
    }, light.wanted)
    const dark = await colourAt(page, 'latency', 'p95', 30)
    assert.ok(light.found && dark.found)
    assert.notEqual(light.wanted, dark.wanted)
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' })
    await page.waitForFunction((before) => {
      const { chart } = document.getElementById('chart-latency') as {
        chart: { series: { label: string; stroke: () => string }[] }
      }
      return chart.series.find(({ label }) => label === 'p95')?.stroke() === before
    }, light.wanted)
  })

  inBrowser('is complete without its script', async (_t, chrome) => {
    const { page, requests } = await look(chrome, folder, pageOf(resultsOf({ seconds: 60, endpoints: 2, verdict: 'fail' })), {
      javaScriptEnabled: false,
    })
    const text = (await page.textContent('body')) ?? ''
    for (const part of [
      'p95 of window spike was 143 ms; the limit is 100 ms.',
      'endpoint_02',
      'npx loadgate run burst',
      'or a setting leaves it out: events',
      'drawn by a script',
    ])
      assert.ok(text.includes(part), part)
    assert.deepEqual(requests, [])
  })

  inBrowser('of a run that was not recorded, or never came to a summary, still says what is known', async (_t, chrome) => {
    const whole = resultsOf({ seconds: 60, endpoints: 2, verdict: 'invalid' })
    const { page, complaints } = await look(chrome, folder, pageOf({ ...whole, series: undefined }))
    assert.match((await page.textContent('section:has(#curves)')) ?? '', /was not recorded/)
    const bare = await look(chrome, folder, pageOf({ ...whole, series: undefined, summary: undefined, failures: [] }))
    assert.match((await bare.page.textContent('main')) ?? '', /left no summary/)
    assert.deepEqual([complaints, bare.complaints], [[], []])
  })

  inBrowser('of a run of sockets only shows what was measured in place of requests', async (_t, chrome) => {
    const whole = resultsOf({ seconds: 60, endpoints: 1 })
    const series = { ...whole.series, rows: [], merged: [] }
    const { page, complaints } = await look(chrome, folder, pageOf({ ...whole, series }))
    assert.equal(await page.locator('#chart-throughput').count(), 0)
    assert.ok((await drawn(page, 'measured-ws_held')).lines.value?.some((value) => value !== null))
    await page.focus('#moment')
    await page.keyboard.press('End')
    assert.match((await page.textContent('#moment-text')) ?? '', /^1:00 in recovery$/)
    assert.deepEqual(complaints, [])
  })

  inBrowser('cannot be made to run or load what a gateway answered', async (_t, chrome) => {
    const evil = `</script><script>document.title = 'owned'</script><img src="https://evil.example/x.png" onerror="document.title='owned'">`
    const results = resultsOf({ seconds: 60, endpoints: 2, verdict: 'fail' })
    const { page, requests, complaints } = await look(
      chrome,
      folder,
      pageOf({
        ...results,
        verdict: { ...results.verdict, script: evil, command: evil, reasons: [{ code: 'x', sentence: evil, advice: evil }] },
        summary: { ...results.summary, not_tested: [evil], gates: results.summary.gates.map((gate) => ({ ...gate, why: evil })) },
        series: {
          ...results.series,
          rows: results.series.rows.map((row) => ({ ...row, endpoint: evil, failed: { [evil]: row.sent } })),
        },
        failures: [{ class: evil, samples: [{ window: evil, endpoint: evil, class: evil, status: 500, why: evil, body: evil }] }],
      }),
    )
    assert.equal(await page.textContent('h1'), evil)
    assert.notEqual(await page.title(), 'owned')
    assert.deepEqual([requests, complaints], [[], []])
  })
})

describe('loadgate open', () => {
  it('makes the report of an old run and serves it to this machine only, until Ctrl-C', async (t) => {
    const run = join(await folderOf(t), 'run')
    cpSync(join(project.root, 'test/unit/cli/report/results-of-schema-1'), run, { recursive: true })
    const child = spawn(process.execPath, [join(project.root, 'dist/loadgate.mjs'), 'open', run, '--serve'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    t.after(() => child.kill('SIGKILL'))
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
    const url = String(line).trim()
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/$/)
    const page = await fetch(url)
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(await page.text(), readFileSync(join(run, 'report.html'), 'utf8'))
    assert.equal((await fetch(`${url}verdict.json`)).status, 404)
    assert.equal((await fetch(url, { method: 'POST' })).status, 403)
    // A page of another site that points its name at this address.
    const foreign = request(url, { headers: { host: 'evil.example' } }).end()
    const [answer] = await once(foreign, 'response')
    assert.equal(answer.statusCode, 403)
    child.kill('SIGINT')
    const [code] = await once(child, 'exit')
    assert.equal(code, 0)
  })
})
