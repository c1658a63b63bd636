/** One sitting of a benchmark: target up, rounds, table, JSON, target down. */
import { parseArgs } from 'node:util'
import { provision } from '../cli/k6/provision.ts'
import { type Contender, TARGET_CORE } from './contender.ts'
import { canPin } from './pinned.ts'
import { type Bar, barsOf, keep, print, rowsOf } from './report.ts'
import { rounds } from './rounds.ts'
import { nullTarget } from './target.ts'

export interface Sitting {
  name: string
  contenders(k6: string): Promise<Contender[]>
  /** Contender that all are compared with. */
  against: string
  bars: readonly Bar[]
  defaults: { rounds: number; seconds: number }
}

/** @returns exit code: 1 where a bar did not hold */
export async function sit({ name, contenders, against, bars, defaults }: Sitting): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: String(defaults.rounds) },
      seconds: { type: 'string', default: String(defaults.seconds) },
      users: { type: 'string', default: '50' },
      only: { type: 'string', multiple: true },
    },
  })
  const load = { users: Number(values.users), seconds: Number(values.seconds) }
  const count = Number(values.rounds)
  if (!(load.users > 0 && load.seconds > 0 && count > 0)) throw new Error('--rounds, --seconds and --users are numbers above 0')
  const k6 = await provision({ env: process.env, note: console.error, stop: new AbortController().signal })
  const chosen = (await contenders(k6.path)).filter(
    (contender) => contender.name === against || values.only?.includes(contender.name) !== false,
  )
  if (!canPin)
    console.error('There is no taskset here or only one core: generator and target share cores, and figures are rough.')
  const target = await nullTarget(TARGET_CORE)
  try {
    const runs = await rounds(chosen, target.url, load, count, (round, contender, { requests, wallSeconds, cpuPerRequest }) =>
      console.error(
        `round ${round + 1}/${count}  ${contender.padEnd(28)} ${Math.round(requests / wallSeconds)} req/s, ${cpuPerRequest.toFixed(1)} µs`,
      ),
    )
    const rows = rowsOf(runs, against)
    const held = barsOf(runs, bars)
    print(rows, held, against)
    console.log(`kept in ${keep(name, load, rows, held)}`)
    return held.every((bar) => bar.held) ? 0 : 1
  } finally {
    await target.stop()
  }
}
