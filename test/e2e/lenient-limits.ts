/** A script's own limits with room for a machine that does three other things: latency and lost load are the subject of few tests. */
import { readFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import type { Thresholds } from '../../lib/gates/thresholds.ts'
import { jsonFile } from './script-run.ts'

type Limits = Readonly<Record<string, unknown>>

const ROOM = 50

const mapped = <T, U>(object: Readonly<Record<string, T>> | undefined, change: (value: T, key: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(object ?? {}).map(([key, value]) => [key, change(value, key)]))

/** A limit that is left out has no reason any more. */
function reasoned(limits: Limits): Limits {
  const { why, ...others } = limits
  if (typeof why !== 'object' || why === null) return limits
  return { ...others, why: Object.fromEntries(Object.entries(why).filter(([key]) => key === '*' || key in others)) }
}

async function lenient(
  t: TestContext,
  script: string,
  lacking: RegExp | undefined,
  dropped_share: number,
  change: { window(limits: Limits): Limits; metric(limits: Limits, name: string): Limits },
): Promise<string> {
  const file = new URL(`../../thresholds/${script}.json`, import.meta.url)
  const { windows, metrics } = JSON.parse(await readFile(file, 'utf8')) as Thresholds
  const there = <T>(object: Readonly<Record<string, T>> | undefined) =>
    Object.fromEntries(Object.entries(object ?? {}).filter(([name]) => !lacking?.test(name)))
  return jsonFile(t, `${script}.json`, {
    windows: mapped(windows, (endpoints) => mapped(there(endpoints), (limits) => reasoned(change.window(limits)))),
    run: { dropped_share },
    metrics: mapped(there(metrics), (limits, name) => reasoned(change.metric(limits, name))),
  })
}

/**
 * Latency may be 50 times what it must be, and a fifth of the load may be lost.
 * @param lacking endpoints and custom metrics that the target does not have: a file of the user's must not gate them
 * @returns a file for the setting THRESHOLDS
 */
export const looseLimits = (t: TestContext, script: string, lacking?: RegExp): Promise<string> =>
  lenient(t, script, lacking, 0.2, {
    window: (limits) =>
      Object.fromEntries(
        Object.entries(limits).map(([key, limit]) => [
          key,
          key.endsWith('_ms') ? Number(limit) * ROOM : key === 'goodput' ? Number(limit) * 0.8 : limit,
        ]),
      ),
    // A stall of one second opens a connection for each request that was due in it.
    metric: (limits, name) => (name === 'watch_connection_slope' ? { ...limits, max: Number(limits.max) * ROOM } : limits),
  })

/** No limit on latency, and so no evidence that it needs: runs can be short. Half of the load will do. */
export const withoutLatency = (t: TestContext, script: string, lacking?: RegExp): Promise<string> =>
  lenient(t, script, lacking, 0.5, {
    window: (limits) =>
      Object.fromEntries(
        Object.entries(limits).flatMap(([key, limit]) =>
          /^((p\d+|max|late)_ms|late_share)$/.test(key) ? [] : [[key, key === 'goodput' ? 0.5 : limit]],
        ),
      ),
    // Custom trends keep their limits and with them their evidence; only a wide one is left.
    metric: (limits) =>
      Object.fromEntries(
        Object.entries(limits).map(([key, limit]) => [key, /^(p\d+|largest)$/.test(key) ? Number(limit) * ROOM : limit]),
      ),
  })

/** What counters must come to, with much room; statistics of trends, slopes and shares of CPU are left out. */
function countsOnly(metrics: Thresholds['metrics']): Record<string, Limits> {
  const counts = mapped(metrics, ({ why, ...limits }): Limits => {
    const kept = Object.entries(limits).filter(([key]) => /^((min|max)(_share)?|largest)$/.test(key))
    return kept.length === 0 ? {} : { ...Object.fromEntries(kept.map(([key, limit]) => [key, roomFor(key, limit)])), why }
  })
  return Object.fromEntries(Object.entries(counts).filter(([name, limits]) => 'why' in limits && !name.startsWith('watch_')))
}
const roomFor = (key: string, limit: unknown): unknown =>
  key === 'min_share' ? Number(limit) * 0.3 : key === 'largest' ? Number(limit) * ROOM : limit

/** Where a script's own requests end connections, its file says how many; without it the usual limit would stand. */
const connectionsOf = ({ new_connections }: Limits = {}): Limits => (new_connections === undefined ? {} : { new_connections })

/** Valid answers, no error of the script, every endpoint asked, nothing lost: neither how much nor how fast. */
export async function onlyValidAnswers(t: TestContext, script: string): Promise<string> {
  const file = new URL(`../../thresholds/${script}.json`, import.meta.url)
  const { windows, metrics } = JSON.parse(await readFile(file, 'utf8')) as Thresholds
  const why = 'A busy machine may be late with half of it.'
  return jsonFile(t, `${script}.json`, {
    windows: mapped(windows, ({ '*': all }) => ({ '*': { error_rate: 0.5, ...connectionsOf(all), why } })),
    run: { dropped_share: 1 },
    metrics: mapped(countsOnly(metrics), reasoned),
  })
}
