/**
 * What runs once beside a fleet, and is the judge's: the gateway's own counter before and after, and the control probe. Nobody tells the judge
 * when the load begins: an instance that said so would have to send it in setup(), where k6 counts every request as one of the run, and would
 * not know whether it was heard. So the probe sends from the beginning, and what it saw is cut to the windows when the instances have told
 * when they were in them.
 */
import { authPlan } from '../../lib/auth/auth.ts'
import { UsageError } from '../../lib/base/errors.ts'
import { readSettings } from '../../lib/base/settings.ts'
import type { RunPlan } from '../../lib/run/run-plan.ts'
import { requireAllowed } from '../../lib/target/target.ts'
import type { Project } from '../base/project.ts'
import type { Redaction } from '../base/redaction.ts'
import { probeRate, startGenerator, targetOf } from '../generator/generator.ts'
import { PINNED } from '../k6/version.ts'
import { known, type Problem } from '../reconcile/counters.ts'
import { startReconciliation } from '../reconcile/reconcile.ts'
import { withProbe } from '../reconcile/sent.ts'
import type { Arrival } from './arrivals.ts'
import type { Fleet } from './fleet-model.ts'
import type { Looked } from './left.ts'
import { addressesIn, readRunPlan } from './run-plan-file.ts'
import { sentByInstances } from './sent.ts'
import { togetherIn } from './together.ts'

export interface Planned {
  file: string
  plan: RunPlan
  /** What the instances are told, as far as it says whom to ask and how to get in; secrets among it. */
  env: NodeJS.ProcessEnv
}

/**
 * Reads the plan, and finds out whether its load may be sent from here.
 * @param env settings of the instances: target file, allowed hosts, authorization
 * @throws UsageError before anything is sent
 */
export function planned(file: string, env: NodeJS.ProcessEnv): Planned {
  const plan = readRunPlan(file)
  const { target, control } = plan
  const here = { ...env, BASE_URL: env.BASE_URL || target.base_url }
  const settings = readSettings(here)
  const own = targetOf(settings)
  if (own.name !== target.name)
    throw new UsageError(
      `${file}: target.name: made for ${JSON.stringify(target.name)}, and the judge has ${JSON.stringify(own.name)}; give it the target file of the instances (--target)`,
    )
  if (own.baseUrl !== target.base_url)
    throw new UsageError(
      `${file}: target.base_url: made for ${target.base_url}, and BASE_URL of the judge is ${own.baseUrl}; leave that out, or make the plan anew`,
    )
  const auth = Object.keys(control.endpoints).length === 0 ? undefined : authPlan(own, settings)
  requireAllowed(
    [
      [`${file}: target.base_url`, target.base_url],
      ...addressesIn(plan, file),
      ['the token endpoint', auth?.tokenRequest?.url],
      ['the refresh endpoint', auth?.refreshUrl],
    ],
    settings,
  )
  return { file, plan, env: here }
}

/** Findings beside which all that was sent is known. */
const WHOLE = ['instance_cut_short', 'instance_clock', 'instance_apart', 'instance_idle', 'instance_limited']

export interface Beside {
  /** Ends both. @param counted the instances that make up the run */
  end(counted: readonly Arrival[], fleet: Fleet): Promise<Looked>
  /** Ends the probe, whatever else has gone wrong. */
  stop(): Promise<void>
}

interface Surroundings {
  project: Project
  hide: Redaction
  note(line: string): void
}

export async function openBeside({ plan, env }: Planned, { project, hide, note }: Surroundings): Promise<Beside> {
  const { reconciliation: counted, control, target } = plan
  // All that share the run are told apart from others: what they sent together is all there was.
  const reconciliation = await startReconciliation('none' in counted ? counted : { ...counted, instances: 1 }, false)
  const generator = startGenerator({ project, env, plan, probe: true, version: PINNED, hide })
  generator.started(undefined)
  if (Object.keys(control.endpoints).length > 0)
    note(`The control probe sends ${probeRate(plan.rate)} requests/s to ${target.base_url} from now on, until all have come`)
  const sentBy = (arrivals: readonly Arrival[], { findings }: Fleet) => {
    if ('none' in counted) return []
    if (!findings.every(({ code }) => WHOLE.includes(code))) return known('what all instances have sent is not known')
    return sentByInstances(
      arrivals.map(({ instance }) => instance),
      counted,
    )
  }
  return {
    stop: () => generator.stop(),
    async end(arrivals, fleet) {
      await generator.stop()
      await reconciliation.close(withProbe(sentBy(arrivals, fleet), generator.probed()))
      const spans = togetherIn(arrivals)
      return {
        reconciliation,
        generator: {
          ...generator,
          evidence: (summary, loadStarted) => ({
            ...generator.evidence(summary, loadStarted, spans),
            tuning: 'It ran beside the judge; each instance was set up where it was started.',
          }),
        },
      }
    },
  }
}

const HOW = 'loadgate build SCRIPT --plan writes a plan, and judge --listen --plan takes it'

/** Without a plan. */
export const UNPLANNED: Problem = known(`the judge was given no plan, so no control probe ran either (${HOW})`)
/** Of folders. */
export const OVER: Problem = known(
  `the run was over when it was judged, so no control probe ran either, and no instance has left what it saw of them (${HOW})`,
)
