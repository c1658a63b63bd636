/** The limits of a script for tests that are about something else and share their machine: none on latency, and half of the load will do. */
import { readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { jsonFile } from './script-run.ts'

const LEAST_DELIVERED = 0.5

type ByEndpoint = Record<string, Record<string, unknown>>
type ByMetric = Record<string, Record<string, number | string>>

/** Custom trends keep their limits and with them their evidence; only a wide one is left. */
const WIDE = 50

/** Path of a thresholds file. */
export function withoutLatency(t: TestContext, script: string): Promise<string> {
  const file = new URL(`../../thresholds/${script}.json`, import.meta.url)
  const limits = JSON.parse(readFileSync(file, 'utf8')) as {
    windows: Record<string, ByEndpoint>
    run?: object
    metrics?: ByMetric
  }
  for (const byEndpoint of Object.values(limits.windows))
    for (const [endpoint, own] of Object.entries(byEndpoint))
      byEndpoint[endpoint] = Object.fromEntries(
        Object.entries(own).flatMap(([key, limit]) =>
          /^p\d+_ms$/.test(key) ? [] : [[key, key === 'delivered' ? LEAST_DELIVERED : limit]],
        ),
      )
  for (const own of Object.values(limits.metrics ?? {}))
    for (const [key, limit] of Object.entries(own)) if (/^(p\d+|largest)$/.test(key)) own[key] = Number(limit) * WIDE
  limits.run = { dropped_share: 1 - LEAST_DELIVERED }
  return jsonFile(t, `${script}.json`, limits)
}
