/** Properties over made-up input. One seed makes every case; what a failure prints repeats it (`FUZZ_SEED=…`), `FUZZ_TIMES=10` looks longer. */
import { test } from 'node:test'
import fc from 'fast-check'
import { WHOLE } from '../../thorough.ts'

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
/** `npm test` makes up a quarter of them, each time others. */
const TIMES = Number(process.env.FUZZ_TIMES ?? (WHOLE ? 1 : 0.25))
let cases = 0

/** @param runs cases that are made up, those that the property does not look at not counted */
export function property<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  runs: number,
  holds: (value: T) => void | Promise<void>,
): void {
  test(name, () =>
    fc.assert(
      fc.asyncProperty(arbitrary, async (value) => {
        await holds(value)
        cases += 1
      }),
      { seed: SEED, numRuns: Math.ceil(runs * TIMES) },
    ),
  )
}

process.on('exit', () => console.log(`fuzz: ${cases} cases of FUZZ_SEED=${SEED}`))
