/** Asks k6 for the plan of a run: `k6 inspect` with the settings of the run shows the options of the script, and the plan is in them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { safeParse } from 'valibot'
import { UsageError } from '../../lib/base/errors.ts'
import { type RunPlan, runPlanSchema } from '../../lib/run/run-plan.ts'
import { CannotRun, messageOf } from '../base/errors.ts'
import { K6Log } from './log.ts'

const INSPECT_MS = 30_000
const MOST_BYTES = 64 * 1024 * 1024

/** @param inspected what `k6 inspect` prints; undefined where no plan of this version is in it */
export function planIn(inspected: string): RunPlan | undefined {
  const { ext } = JSON.parse(inspected) as { ext?: { loadgate?: unknown } | null }
  const read = safeParse(runPlanSchema, ext?.loadgate)
  return read.success ? read.output : undefined
}

/**
 * @throws UsageError when the settings do not suit the script
 * @throws CannotRun when k6 cannot read it
 */
export async function inspect(k6: string, script: string, env: NodeJS.ProcessEnv): Promise<RunPlan> {
  const args = ['inspect', '--include-system-env-vars', '--log-format', 'json', '--log-output', 'stderr', script]
  // Nothing is written, so no room for results is needed.
  const quiet = { ...env, RESULTS_DIR: '' }
  const options = { env: quiet, encoding: 'utf8', timeout: INSPECT_MS, maxBuffer: MOST_BYTES } as const
  const { stdout } = await promisify(execFile)(k6, args, options).catch((error: { stderr?: string }) => {
    const log = new K6Log(() => {})
    log.feed(error.stderr ?? '')
    log.end()
    if (log.facts.usage !== undefined) throw new UsageError(log.facts.usage)
    throw new CannotRun(`k6 cannot read ${script}: ${log.facts.errors[0]?.message ?? messageOf(error)}`)
  })
  const plan = planIn(stdout)
  if (plan === undefined)
    throw new CannotRun(
      `${script} carries no plan that this command can read: build it again, with the same version (npm run build)`,
    )
  return plan
}

/** The plan, or undefined where k6 cannot say: the run itself will tell why. */
export const planOf = (k6: string, script: string, env: NodeJS.ProcessEnv): Promise<RunPlan | undefined> =>
  inspect(k6, script, env).catch(() => undefined)
