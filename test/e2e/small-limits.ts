/** Limits of `thresholds/` for runs that are too small for a percentile: what is counted stays, the rest is left out. */
import { readFileSync } from 'node:fs'

type Limits = Record<'windows' | 'metrics', Record<string, object>>

export function countedLimits(script: string): object {
  const file = new URL(`../../thresholds/${script}.json`, import.meta.url)
  const { windows, metrics } = JSON.parse(readFileSync(file, 'utf8')) as Limits
  const counted = Object.entries(metrics).filter(([, limit]) => 'min_share' in limit || 'max' in limit || 'largest' in limit)
  return {
    windows: Object.fromEntries(Object.keys(windows).map((name) => [name, { '*': { error_rate: 0, why: 'so' } }])),
    metrics: Object.fromEntries(counted),
  }
}
