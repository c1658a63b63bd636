/** Results of a made-up run of any length, for tests of what is drawn from them. The same seed makes the same run. */

import { SERIES_SCHEMA, type SeriesFile, type SeriesRow } from '../../../../cli/record/series-model.ts'
import type { EarlierRun } from '../../../../cli/report/earlier-runs.ts'
import type { RunResults } from '../../../../cli/report/html/page.ts'
import { VERDICT_SCHEMA } from '../../../../cli/results/verdict-model.ts'
import { labelOf } from '../../../../lib/gates/catalogue.ts'
import type { GateResult } from '../../../../lib/gates/model.ts'
import { type EndpointSummary, type RunSummary, SUMMARY_SCHEMA, type WindowTotal } from '../../../../lib/summary/model.ts'
import { stat, threshold } from '../../lib/gates/told.ts'

export interface Shape {
  /** Seconds of the load. */
  seconds: number
  endpoints: number
  verdict?: 'pass' | 'fail' | 'invalid'
  /** Second that has a p99 of `PEAK_MS` in all endpoints together. */
  peakAt?: number
}
export const PEAK_MS = 987

/** Marsaglia's xorshift: 0..1. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}

const three = (value: number): number => Number(value.toPrecision(3))
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

interface WindowShape {
  name: string
  start: number
  duration: number
  rate: number
  gated: boolean
}

function windowsOf(seconds: number): WindowShape[] {
  const [warmup, base, spike] = [0.05, 0.45, 0.2].map((share) => Math.round(seconds * share)) as [number, number, number]
  const window = (name: string, start: number, duration: number, rate: number, gated = true) => ({
    name,
    start,
    duration,
    rate,
    gated,
  })
  return [
    window('warmup', 0, warmup, 240, false),
    window('base', warmup, base, 240),
    window('spike', warmup + base, spike, 1200),
    window('recovery', warmup + base + spike, seconds - warmup - base - spike, 240),
  ]
}

function rowOf(endpoint: string, { name, start, duration, rate }: WindowShape, share: number, next: () => number): SeriesRow {
  const sent = Array.from({ length: duration }, () => Math.round(rate * share * (0.97 + 0.06 * next())))
  const bad = sent.map(() => (name === 'spike' && next() < 0.02 ? Math.ceil(3 * next()) : 0))
  const p50 = sent.map(() => three((name === 'spike' ? 2 : 0.8) * (0.9 + 0.3 * next())))
  const counts = Array.from({ length: 40 }, (_, i) => Math.round(sum(sent) * 0.2 * Math.exp(-(((i - 14) / 6) ** 2))))
  return {
    window: name,
    endpoint,
    first: start,
    sent,
    ok: sent.map((n, i) => n - (bad[i] ?? 0)),
    failed: sum(bad) > 0 ? { server_error: bad } : {},
    p50,
    p95: p50.map((value) => three(value * (2 + next()))),
    p99: p50.map((value) => three(value * (4 + 8 * next()))),
    latency: { p50: 0.9, p95: 2.4, p99: 9 },
    histogram: { schema: 3, zero: 0, first: -94, counts },
    phases: {
      blocked: { mean: 0.6, some: sum(sent) },
      connecting: { mean: 0.2, some: 30 },
      tls: { mean: 0.3, some: 30 },
      sending: { mean: 0.05, some: sum(sent) },
      waiting: { mean: name === 'spike' ? 2 : 0.8, some: sum(sent) },
      receiving: { mean: 0.07, some: sum(sent) },
    },
  }
}

function seriesOf({ seconds, endpoints, peakAt }: Shape): SeriesFile {
  const next = random(20_240_607)
  const windows = windowsOf(seconds)
  const names = Array.from({ length: endpoints }, (_, i) => `endpoint_${String(i + 1).padStart(2, '0')}`)
  const rows = windows.flatMap((window) => names.map((name) => rowOf(name, window, 1 / endpoints, next)))
  const merged = ['*', ...names].map((endpoint) => {
    const of = (key: 'p50' | 'p95' | 'p99') =>
      windows.flatMap(
        ({ name }) => rows.find((row) => row.window === name && (endpoint === '*' || row.endpoint === endpoint))?.[key] ?? [],
      )
    const p99 = of('p99')
    if (endpoint === '*' && peakAt !== undefined) p99[peakAt] = PEAK_MS
    return { endpoint, first: 0, p50: of('p50'), p95: of('p95'), p99 }
  })
  const wave = (base: number, spread: number): number[] => Array.from({ length: seconds }, () => three(base + spread * next()))
  return {
    schema: SERIES_SCHEMA,
    script: 'burst',
    load_started_at: '2026-01-02T03:04:05.000Z',
    interval_s: 1,
    bucket_ratio: 1.0905,
    instances: 1,
    complete: true,
    added_at_end: 0,
    windows: windows.map(({ name, start, duration, rate }) => ({
      name,
      start,
      duration,
      offered: [
        [start, rate],
        [start + duration, rate],
      ],
    })),
    t: Array.from({ length: seconds }, (_, i) => i + 1),
    vus: wave(3, 4).map(Math.round),
    vus_max: wave(600, 0),
    received_bytes: wave(100_000, 9000),
    sent_bytes: wave(40_000, 3000),
    rows,
    merged,
    scenarios: windows.map(({ name, start, duration, rate }) => ({
      window: name,
      first: start,
      iterations: new Array(duration).fill(rate),
      dropped: [],
    })),
    metrics: [{ name: 'ws_held', kind: 'gauge', unit: 'count', first: 0, values: wave(1000, 0) }],
    processes: {
      k6: { cpu: wave(0.3, 0.2), rss: wave(180_000_000, 4_000_000) },
      gateway: { cpu: wave(0.5, 0.2), rss: wave(90_000_000, 9_000_000) },
    },
  }
}

function gate(window: string, more: Partial<GateResult>): GateResult {
  return {
    window,
    endpoint: '*',
    key: 'p95_ms',
    label: labelOf(more.key ?? 'p95_ms'),
    kind: 'limit',
    ...threshold(`http_req_duration{scenario:${window}}`, 'p(95)<=100'),
    limit: 100,
    unit: 'ms',
    bound: 'max',
    why: `What users of ${window} bear.`,
    ok: true,
    measured: 2.4,
    samples: 40_000,
    ...more,
  }
}

function totalOf(endpoints: readonly EndpointSummary[], duration: number): WindowTotal {
  const [sent, ok] = [sum(endpoints.map((each) => each.sent)), sum(endpoints.map((each) => each.ok))]
  return { sent, errors: sent - ok, shed: 0, rps: sent / duration, latency: { p50: 0.9, p95: 2.4, p99: 9, max: 31 } }
}

function summaryOf(series: SeriesFile, { seconds, verdict = 'pass' }: Shape): RunSummary {
  const gated = windowsOf(seconds).filter((window) => window.gated)
  const endpoints = series.rows
    .filter(({ window }) => window !== 'warmup')
    .map(
      (row): EndpointSummary => ({
        window: row.window,
        endpoint: row.endpoint,
        sent: sum(row.sent),
        ok: sum(row.ok),
        shed: 0,
        failures: Object.fromEntries(Object.entries(row.failed).map(([name, values]) => [name, sum(values)])),
        latency: { p50: 0.9, p95: 2.4, p99: 9, max: 31 },
      }),
    )
  const gates = gated.flatMap(({ name }) => [
    gate(name, verdict === 'fail' && name === 'spike' ? { ok: false, measured: 143, limit: 100 } : {}),
    gate(name, { key: 'goodput', unit: 'share', bound: 'min', limit: 0.99, measured: 0.9991, ...stat('count>=1000') }),
    gate(name, {
      key: 'samples',
      kind: 'evidence',
      unit: 'count',
      bound: 'min',
      limit: 200,
      measured: 40_000,
      ...stat('count>=200'),
    }),
  ])
  const planned = (rate: number, duration: number) =>
    Object.fromEntries(
      [...new Set(series.rows.map(({ endpoint }) => endpoint))].map((name, _, all) => [
        name,
        Math.round((rate * duration) / all.length),
      ]),
    )
  return {
    schema: SUMMARY_SCHEMA,
    script: 'burst',
    description: 'A sudden spike on a steady load, then recovery',
    profile: 'ci',
    target: { name: 'reference', base_url: 'http://127.0.0.1:8080' },
    thresholds: 'thresholds/burst.json',
    seed: 1,
    instances: 1,
    finished_at: '2026-01-02T04:04:05.000Z',
    duration_s: seconds,
    windows: windowsOf(seconds).map(({ name, start, duration, rate, gated: is }) => ({
      name,
      model: 'open',
      gated: is,
      start,
      duration,
      planned: planned(rate, duration),
      ...(is
        ? {
            total: totalOf(
              endpoints.filter(({ window }) => window === name),
              duration,
            ),
          }
        : {}),
    })),
    endpoints,
    gates,
    figures: {},
    not_tested: ['events'],
    settings: { PROFILE: 'ci', RATE: 240, SEED: 1 },
    totals: { sent: sum(series.rows.map(({ sent }) => sum(sent))), dropped: 0, script_errors: 0, iterations: 0, vus_max: 600 },
    sending_p99_ms: 0.08,
    ok: verdict === 'pass',
  }
}

export function resultsOf(shape: Shape): RunResults & { series: SeriesFile; summary: RunSummary } {
  const { verdict = 'pass' } = shape
  const series = seriesOf(shape)
  const summary = summaryOf(series, shape)
  const red = summary.gates.filter(({ ok }) => !ok).length
  const counts = { total: summary.gates.length, red }
  return {
    series,
    summary,
    verdict: {
      schema: VERDICT_SCHEMA,
      verdict,
      exit_code: { pass: 0, fail: 99, invalid: 3 }[verdict],
      reasons:
        verdict === 'pass'
          ? []
          : [
              {
                code: 'limit.p95_ms',
                sentence: 'p95 of window spike was 143 ms; the limit is 100 ms.',
                advice: 'Run again with a lower --rate.',
              },
            ],
      script: 'burst',
      target: { base_url: 'http://127.0.0.1:8080', embedded: false },
      gates: { ...counts, limit: counts, evidence: counts, load: counts, script: counts },
      k6: { version: '1.8.1', exit_code: verdict === 'pass' ? 0 : 99, signal: null },
      started_at: '2026-01-02T03:04:04.000Z',
      finished_at: '2026-01-02T04:04:06.000Z',
      command: 'npx loadgate run burst --base-url http://127.0.0.1:8080',
      machine: { cpus: 2, model: 'a <processor> & "more"', memory_bytes: 8 * 2 ** 30, os: 'Linux 6 x64', node: 'v20.0.0' },
      loadgate: '0.1.0',
    },
    generator: {
      schema: 'loadgate.generator/2',
      finding: 'generator-bound',
      sentence: 'In window spike k6 read 20 times the latency that the probe saw.',
      cpu_starved: 'In window spike k6 had 1.90 of 2 cores and stood waiting for one 2.10 s of each second.',
      tuning: 'k6 runs as it comes.',
      start_lag_ms: { p95: 1, p99: 2, max: 3 },
      headroom: 'The plan is 40 % of what this machine can send.',
      cores: 2,
      probe_rate: 27,
      no_probe: null,
      factor: 2.5,
      floor_ms: 5,
      sending_p99_ms: 0.2,
      failures: [],
      differences: [],
      windows: [
        {
          window: 'spike',
          endpoint: null,
          k6: { p50: 2, p95: 143, p99: 300 },
          probe: { p50: 1, p95: 7, p99: 9, samples: 800, failed: 0 },
          comparison: null,
          headroom: false,
          cpu: { used: 1.9, stolen: 0.02, throttled: 0, waited: 2.1, others: 1.5, crowded: 0, stopped: 0 },
          bound: true,
          cpu_starved: true,
        },
      ],
    },
    failures: [
      {
        class: 'server_error',
        samples: [
          {
            window: 'spike',
            endpoint: 'endpoint_01',
            class: 'server_error',
            status: 500,
            why: 'has status 500, not 200',
            body: '<b>no</b>',
          },
        ],
      },
    ],
  }
}

/** So many runs of the same shape before it, a day apart, the latest first, each p95 a tenth slower than the one before. */
export function runsBefore(shape: Shape, count: number): EarlierRun[] {
  return Array.from({ length: count }, (_, i) => {
    const { verdict, summary } = resultsOf({ ...shape, verdict: 'pass' })
    const day = `2026-01-${String(count - i).padStart(2, '0')}`
    const slower = 1.1 ** (count - i)
    const windows = summary.windows.map((window) => {
      const latency = window.total?.latency
      return window.total && latency
        ? { ...window, total: { ...window.total, latency: { ...latency, p95: latency.p95 * slower } } }
        : window
    })
    const name = `${day.replaceAll('-', '')}T000000Z-burst`
    return { name, verdict: { ...verdict, started_at: `${day}T00:00:00.000Z` }, summary: { ...summary, windows } }
  })
}
