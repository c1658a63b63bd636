/** A script's own limits with room for a machine that does three other things: latency and lost load are the subject of few tests. */
import { readFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import type { Thresholds } from '../../lib/thresholds.ts'
import { jsonFile } from './script-run.ts'

const ROOM = 50
const DELIVERED = 0.8

const loosen = (limits: object): object =>
  Object.fromEntries(
    Object.entries(limits).map(([key, limit]) => [
      key,
      key.endsWith('_ms') ? limit * ROOM : key === 'delivered' ? limit * DELIVERED : limit,
    ]),
  )

/**
 * @param without custom metrics that the target does not tell
 * @returns a file for the setting THRESHOLDS
 */
export async function looseLimits(t: TestContext, script: string, ...without: readonly string[]): Promise<string> {
  const written = await readFile(new URL(`../../thresholds/${script}.json`, import.meta.url), 'utf8')
  const { windows, metrics } = JSON.parse(written) as Thresholds
  const loose = Object.entries(windows).map(([window, endpoints]) => [
    window,
    Object.fromEntries(Object.entries(endpoints).map(([endpoint, limits]) => [endpoint, loosen(limits)])),
  ])
  const told = Object.fromEntries(Object.entries(metrics ?? {}).filter(([name]) => !without.includes(name)))
  return jsonFile(t, `${script}.json`, {
    windows: Object.fromEntries(loose),
    run: { dropped_share: 1 - DELIVERED },
    metrics: told,
  })
}
