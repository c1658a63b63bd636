/** Runs that are to show who was late need cores: one whose generator was kept from them blames nobody, and is made again. */
import type { GeneratorEvidence } from '../../cli/generator/evidence-model.ts'
import type { LoadgateRun } from './loadgate-run.ts'

const TRIES = 3

export const evidenceOf = (run: LoadgateRun): GeneratorEvidence => JSON.parse(run.file('generator.json'))

/** @returns the first run whose generator had the cores, or the last of three */
export async function withRoom(make: () => Promise<LoadgateRun>): Promise<LoadgateRun> {
  let run = await make()
  for (let tries = 1; tries < TRIES && evidenceOf(run).starved !== null; tries++) run = await make()
  return run
}
