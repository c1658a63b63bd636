/** Runs that others on the machine kept from the cores say so: a test that fails for what such a run measured has shown nothing, and counts as skipped. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { starvedIn } from '../../cli/generator/cpu-evidence.ts'
import { sampleCpu } from '../../cli/generator/cpu-sampler.ts'
import type { GeneratorEvidence } from '../../cli/generator/evidence-model.ts'
import { DISTURBED } from '../reporter.mjs'

const tell = (t: TestContext, why: string): void => t.diagnostic(`${DISTURBED} ${why}`)

/** Looks at a k6 that has nobody to look at it. @returns to be called when it has ended */
export function watchK6(t: TestContext, pid: number | undefined): () => void {
  if (pid === undefined) return () => {}
  const cpu = sampleCpu(pid)
  t.after(() => cpu.stop())
  return () => {
    cpu.stop()
    if (starvedIn(cpu.samples)) tell(t, 'programs outside the run kept k6 from the cores')
  }
}

/** What a run of `loadgate` says of its own generator. */
export function readGenerator(t: TestContext, folder: string): void {
  const file = join(folder, 'generator.json')
  if (!existsSync(file)) return
  const { starved } = JSON.parse(readFileSync(file, 'utf8')) as GeneratorEvidence
  if (starved !== null) tell(t, starved)
}
