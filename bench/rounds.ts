/** Measures contenders in alternating rounds: each round has one run of each, in an order that changes. */
import type { Contender, Load, Measured } from './contender.ts'

/** @param onRun hears each run as it ends */
export async function rounds(
  contenders: readonly Contender[],
  url: string,
  load: Load,
  count: number,
  onRun: (round: number, name: string, run: Measured) => void,
): Promise<Map<string, Measured[]>> {
  const runs = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < count; round++) {
    // What runs after a hot neighbour must not always be the same one.
    const order = round % 2 === 0 ? contenders : [...contenders].reverse()
    for (const contender of order) {
      const run = await contender.measure(url, load)
      runs.get(contender.name)?.push(run)
      onRun(round, contender.name, run)
    }
  }
  return runs
}
