/**
 * Runs that others on the machine kept from the cores say so: a test that fails for what such a run measured has shown nothing, and
 * counts as skipped. That holds for a run that has come to no verdict only: a green, or a fail that is none, is the product's fault
 * however busy the machine is.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { EXIT } from '../cli/base/errors.ts'
import { isCpuStarved } from '../cli/generator/cpu-evidence.ts'
import { sampleCpu } from '../cli/generator/cpu-sampler.ts'
import type { GeneratorEvidence } from '../cli/generator/evidence-model.ts'
import { DISTURBED } from './reporter.mjs'

/** What fails in this test from now on has shown nothing. @param why null where nobody has disturbed its run */
export function tellDisturbed(t: TestContext, why: string | null): void {
  if (why !== null) t.diagnostic(`${DISTURBED} ${why}`)
}

/** Looks at a k6 that has nobody to look at it; it knows no `invalid`, so that red may be the machine's. @returns to be called with its exit code */
export function watchK6(t: TestContext, pid: number | undefined): (code: number | null) => void {
  if (pid === undefined) return () => {}
  const cpu = sampleCpu(pid)
  t.after(() => cpu.stop())
  return (code) => {
    cpu.stop()
    if (code !== 0 && isCpuStarved(cpu.samples)) tellDisturbed(t, 'programs outside the run kept k6 from the cores')
  }
}

/** What a run of `loadgate` says of those who kept its k6 from the cores; null where nobody did. @param folder of its results */
export function whoStarved(folder: string): string | null {
  const file = join(folder, 'generator.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as GeneratorEvidence).cpu_starved : null
}

export const readGenerator = (t: TestContext, folder: string, code: number | null): void =>
  tellDisturbed(t, code === EXIT.invalid ? whoStarved(folder) : null)
