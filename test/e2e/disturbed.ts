/**
 * Runs that others on the machine kept from the cores say so: a test that fails for what such a run measured has shown nothing, and
 * counts as skipped. That holds for a run that has come to no verdict only: a green, or a fail that is none, is the product's fault
 * however busy the machine is.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { EXIT } from '../../cli/base/errors.ts'
import { starvedIn } from '../../cli/generator/cpu-evidence.ts'
import { sampleCpu } from '../../cli/generator/cpu-sampler.ts'
import type { GeneratorEvidence } from '../../cli/generator/evidence-model.ts'
import { DISTURBED } from '../reporter.mjs'

const tell = (t: TestContext, why: string): void => t.diagnostic(`${DISTURBED} ${why}`)

/** Looks at a k6 that has nobody to look at it; it knows no `invalid`, so that red may be the machine's. @returns to be called with its exit code */
export function watchK6(t: TestContext, pid: number | undefined): (code: number | null) => void {
  if (pid === undefined) return () => {}
  const cpu = sampleCpu(pid)
  t.after(() => cpu.stop())
  return (code) => {
    cpu.stop()
    if (code !== 0 && starvedIn(cpu.samples)) tell(t, 'programs outside the run kept k6 from the cores')
  }
}

/** What a run of `loadgate` says of its own generator. */
export function readGenerator(t: TestContext, folder: string, code: number | null): void {
  const file = join(folder, 'generator.json')
  if (code !== EXIT.invalid || !existsSync(file)) return
  const { starved } = JSON.parse(readFileSync(file, 'utf8')) as GeneratorEvidence
  if (starved !== null) tell(t, starved)
}
