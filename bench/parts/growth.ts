/** What requests leave behind: k6 keeps every latency of every metric until the end. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reserve } from '../../cli/results/results.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { TARGET_CORE } from '../contender.ts'
import { startTarget } from '../target.ts'
import { inFolder, MIB, mostResident, type Part, PLAIN_TARGET, runK6 } from './processes.ts'

const USERS = '50'

export const growth: Part = async (k6) => {
  const target = await startTarget('null', TARGET_CORE)
  const of = (seconds: number) =>
    inFolder(async (folder) => {
      const load = { USERS, THINK_TIME: '0', DURATION: `${seconds}s` }
      const env = { BASE_URL: target.url, TARGET: PLAIN_TARGET, ...load, RESULTS_DIR: folder }
      reserve(folder)
      const rss = await mostResident(runK6(k6, 'dist/http.js', env))
      const { totals } = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as RunSummary
      return { rss, sent: totals.sent }
    })
  try {
    const [short, long] = [await of(4), await of(24)]
    return {
      'requests of a short run': short.sent,
      'MiB resident in it': short.rss / MIB,
      'requests of a long run': long.sent,
      'MiB resident in that': long.rss / MIB,
      'KiB for each request more': (long.rss - short.rss) / 1024 / (long.sent - short.sent),
    }
  } finally {
    await target.stop()
  }
}
