/** What a thresholds file asks for and the thresholds of k6 lack: said here once more, in other words than lib/gates/ has. */
import { METRICS, type MetricDeclaration } from '../../../lib/metrics/list.ts'
import type { ScriptOptions } from './script-in-node.ts'

type Limits = Readonly<Record<string, unknown>>
export interface File {
  windows: Readonly<Record<string, Readonly<Record<string, Limits>>>>
  run?: { dropped_share?: number }
  metrics?: Readonly<Record<string, Limits>>
}

/** By key: the metric, tags that its selector has beside name and scenario, how the expression begins; `=` where the limit follows. */
const LIMITS: Readonly<Record<string, [metric: RegExp, tags: string[], expression: string]>> = {
  p50_ms: [/^http_req_duration$/, [], 'med<=='],
  p90_ms: [/^http_req_duration$/, [], 'p(90)<=='],
  p95_ms: [/^http_req_duration$/, [], 'p(95)<=='],
  p99_ms: [/^http_req_duration$/, [], 'p(99)<=='],
  p999_ms: [/^http_req_duration$/, [], 'p(99.9)<=='],
  max_ms: [/^http_req_duration$/, [], 'max<=='],
  error_rate: [/^(errors|http_req_failed)$/, [], '(count|rate)<='],
  goodput: [/^http_reqs$/, ['expected_response:true'], 'count>='],
  rps: [/^http_reqs$/, ['expected_response:true'], 'count>='],
  shed_rate: [/^http_reqs$/, ['status:429'], 'count<='],
  shed_excess: [/^http_reqs$/, ['status:429'], 'count>='],
  shed_min: [/^http_reqs$/, ['status:429'], 'count>='],
  failed_checks: [/^failures$/, ['class:failed_check'], 'count<=='],
  rpc_errors: [/^failures$/, ['class:rpc_error'], 'count<=='],
}
/** Keys whose limit is held to the time that users wait, too, with the share of the answers that may be later. */
const LATE: Readonly<Record<string, number>> = { p50_ms: 0.5, p90_ms: 0.1, p95_ms: 0.05, p99_ms: 0.01, p999_ms: 0.001, max_ms: 0 }
const SAMPLES: Readonly<Record<string, number>> = { p50_ms: 20, p90_ms: 100, p95_ms: 200, p99_ms: 1000, p999_ms: 10_000 }
const METRIC_LIMITS: Readonly<Record<string, string>> = {
  min: '(count|value)>=',
  max: '(count|value)<=',
  min_share: '(count|value)>=',
  max_share: '(count|value)<=',
  p50: 'med<==',
  p95: 'p(95)<==',
  p99: 'p(99)<==',
  largest: 'max<==',
  p50_min: 'med>==',
}

/** Windows whose latency may settle: what k6 could not send there is no failure. */
const SETTLING = ['warmup', 'settle', 'limited-settle']
/** Metrics that a run has with a window only. */
const WITH_WINDOW: Readonly<Record<string, string>> = { retry_after_kept: 'comeback', retry_after_broken: 'comeback' }

interface Threshold {
  metric: string
  tags: string[]
  expression: string
}

const thresholdsOf = (options: ScriptOptions): Threshold[] =>
  Object.entries(options.thresholds).flatMap(([selector, expressions]) => {
    const [, metric = '', tags = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(selector) ?? []
    return expressions.map((expression) => ({ metric, tags: tags === '' ? [] : tags.split(','), expression }))
  })

const same = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join() === [...b].sort().join()
function says(expression: string, pattern: string, limit: unknown): boolean {
  const exact = pattern.endsWith('==')
  const start = new RegExp(`^${(exact ? pattern.slice(0, -1) : pattern).replace(/p\(([\d.]+)\)/, 'p\\($1\\)')}`)
  if (!start.test(expression)) return false
  const rest = expression.replace(start, '')
  return exact ? Number(rest) === Number(limit) : rest !== '' && Number.isFinite(Number(rest))
}

/** @param others windows that the script has under other settings only */
export function missingGates(file: File, options: ScriptOptions, others: readonly string[]): string[] {
  const all = thresholdsOf(options)
  const has = (metric: RegExp, tags: readonly string[], pattern: string, limit?: unknown): boolean =>
    all.some((one) => metric.test(one.metric) && same(one.tags, tags) && says(one.expression, pattern, limit))
  const samples = (tags: readonly string[]): number =>
    Math.max(
      0,
      ...all
        .filter(
          ({ metric, tags: own, expression }) => metric === 'http_reqs' && same(own, tags) && expression.startsWith('count>='),
        )
        .map(({ expression }) => Number(expression.slice('count>='.length))),
    )
  const missing: string[] = []
  for (const [window, byEndpoint] of Object.entries(file.windows)) {
    const scenarios = Object.keys(options.scenarios).filter((name) => name.replace(/-\d+$/, '') === window)
    if (scenarios.length === 0 && !others.includes(window)) missing.push(`window ${window}`)
    for (const scenario of scenarios) {
      for (const [endpoint, limits] of Object.entries(byEndpoint)) {
        const tags = [...(endpoint === '*' ? [] : [`name:${endpoint}`]), `scenario:${scenario}`]
        for (const [key, limit] of Object.entries(limits)) {
          // A budget of all is a permission.
          if (key === 'why' || ((key === 'shed_rate' || key === 'new_connections') && limit === 1)) continue
          if (key in LATE || key === 'late_share') {
            const waits = [`scenario:${scenario}`, `limit:${endpoint}.${key}`]
            if (!has(/^late$/, waits, 'count<=') && !has(/^late_rate$/, waits, 'rate<==', LATE[key] ?? limit))
              missing.push(`${scenario} ${endpoint} ${key} of what users wait`)
            if (key === 'late_share') continue
          }
          if (key === 'late_ms') {
            if (limits.late_share === undefined) missing.push(`${scenario} ${endpoint} late_ms`)
            continue
          }
          if (key === 'new_connections') {
            const reused = [`scenario:${scenario}`]
            if (!has(/^new_connections$/, reused, 'count<=') && !has(/^new_connection_rate$/, reused, 'rate<==', limit))
              missing.push(`${scenario} ${key}`)
            continue
          }
          const [metric, more, pattern] = LIMITS[key] ?? [/^$/, [], '']
          if (!has(metric, [...tags, ...more], pattern, limit)) missing.push(`${scenario} ${endpoint} ${key}`)
          if (samples(tags) < (SAMPLES[key] ?? (endpoint === '*' ? 0 : 1)))
            missing.push(`evidence of ${scenario} ${endpoint} ${key}`)
        }
      }
      // What is seen of an endpoint anywhere in a window rests on its having been asked there.
      for (const { tags } of all) {
        const name = tags.find((tag) => tag.startsWith('name:'))
        if (name !== undefined && tags.includes(`scenario:${scenario}`) && samples([name, `scenario:${scenario}`]) < 1)
          missing.push(`evidence of ${scenario} ${name}`)
      }
      if (
        Object.keys(byEndpoint).length > 0 &&
        !all.some(({ metric, tags }) => metric === 'failures' && tags.includes(`scenario:${scenario}`))
      )
        missing.push(`failed checks of ${scenario}`)
      if (
        !SETTLING.includes(window) &&
        /arrival-rate$/.test(options.scenarios[scenario]?.executor ?? '') &&
        !has(/^dropped_iterations$/, [`scenario:${scenario}`], 'count<=')
      )
        missing.push(`dropped iterations of ${scenario}`)
    }
  }
  for (const [name, limits] of Object.entries(file.metrics ?? {})) {
    if (Object.hasOwn(WITH_WINDOW, name) && !Object.hasOwn(options.scenarios, WITH_WINDOW[name] ?? '')) continue
    const { metric = name, evidence, type } = (METRICS as Readonly<Record<string, MetricDeclaration>>)[name] ?? { type: 'trend' }
    const [, base = '', tags = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(metric) ?? []
    const [, of = '', ofTags = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(evidence ?? '') ?? []
    for (const [key, limit] of Object.entries(limits)) {
      if (key === 'why') continue
      const list = (text: string): string[] => (text === '' ? [] : text.split(','))
      if (!has(new RegExp(`^${base}$`), list(tags), METRIC_LIMITS[key] ?? '', limit)) missing.push(`metric ${name} ${key}`)
      if (type !== 'counter' && !has(new RegExp(`^${of}$`), list(ofTags), 'count>=')) missing.push(`evidence of metric ${name}`)
    }
  }
  if (!has(/^script_errors$/, [], 'count<==', 0)) missing.push('script errors')
  return [...new Set(missing)]
}
