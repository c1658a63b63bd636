/** One sitting of a benchmark: target up, rounds, table, JSON, target down. */
import { type Contender, type Load, TARGET_CORE } from './contender.ts'
import { canPin } from './pinned.ts'
import { type Bar, barsOf, keep, print, rowsOf } from './report.ts'
import { type Lengths, rounds } from './rounds.ts'
import { startTarget, type TargetKind } from './target.ts'
import { mistake, type Wishes } from './wishes.ts'

export interface Sitting {
  name: string
  /** What it finds out, in one sentence. */
  title: string
  target: TargetKind
  contenders: readonly Contender[]
  /** Contender that all are compared with. */
  against: string
  bars: readonly Bar[]
  load: Omit<Load, 'seconds'>
  lengths: Lengths
  rounds: number
}

/** @returns whether every bar held */
export async function sit(sitting: Sitting, wishes: Wishes): Promise<boolean> {
  const { name, title, target: kind, contenders, against, bars } = sitting
  const rate = sitting.load.rate === undefined ? undefined : (wishes.rate ?? sitting.load.rate)
  const load = { ...sitting.load, ...(rate === undefined ? {} : { rate }) }
  const lengths = { ...sitting.lengths, ...(wishes.seconds === undefined ? {} : { long: wishes.seconds }) }
  if (lengths.long <= lengths.short) mistake(`--seconds: the long runs of ${name} must be longer than ${lengths.short} s`)
  const count = wishes.rounds ?? sitting.rounds
  const chosen = contenders.filter((contender) => contender.name === against || wishes.only?.includes(contender.name) !== false)
  if (!canPin)
    console.error('There is no taskset here or only one core: generator and target share cores, and figures are rough.')
  const target = await startTarget(kind, TARGET_CORE)
  try {
    const runs = await rounds(
      chosen,
      target.url,
      load,
      lengths,
      count,
      (round, contender, { requestsPerSecond, cpuPerRequest }) =>
        console.error(
          `round ${round + 1}/${count}  ${contender.padEnd(28)} ${Math.round(requestsPerSecond)} req/s, ${cpuPerRequest.toFixed(1)} µs`,
        ),
    )
    const rows = rowsOf(runs, against)
    const held = barsOf(runs, bars)
    console.log(`\n${title}`)
    print(rows, held, against)
    console.log(`kept in ${keep(name, { ...load, ...lengths }, rows, held)}`)
    return held.every((bar) => bar.held)
  } finally {
    await target.stop()
  }
}
