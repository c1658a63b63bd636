/** All that `loadgate run` does about its generator: sets it up, watches its CPU, and has a probe check what it measures. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { authPlan } from '../../lib/auth/auth.ts'
import { parseJson } from '../../lib/base/schema.ts'
import { readSettings, type Settings } from '../../lib/base/settings.ts'
import type { ControlPlan } from '../../lib/run/control.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { bindTarget, type Target } from '../../lib/target/target.ts'
import reference from '../../targets/reference.json'
import { messageOf } from '../base/errors.ts'
import type { Project } from '../base/project.ts'
import type { Redaction } from '../base/redaction.ts'
import { userAgent } from './as-k6.ts'
import { averageOf, type CpuSampler, sampleCpu, together } from './cpu-sampler.ts'
import { generatorEvidence, type Span } from './evidence.ts'
import type { GeneratorEvidence } from './evidence-model.ts'
import { coresHere, headroomHere } from './headroom.ts'
import { turnsOf } from './probe.ts'
import { type RunningProbe, startProbe } from './probe-client.ts'
import type { ProbeOrder, Tally } from './probe-protocol.ts'
import { tuningOf } from './tuning.ts'

export interface GeneratorOptions {
  project: Project
  /** What k6 is started with. */
  env: NodeJS.ProcessEnv
  /** k6 that share the run on this machine. */
  several?: number | undefined
  /** What the run means to send; undefined where k6 could not say. */
  plan: { control: ControlPlan | undefined; vus: number; sockets: number; rate: number } | undefined
  probe: boolean
  /** Version of k6, which names it to the gateway. */
  version: string
  /** What the probe tells goes through it. */
  hide: Redaction
  /** How the plan stands to this machine's calibration, for the report. */
  headroom?: string | undefined
}

export interface Generator {
  /** What k6 must be started with besides. */
  env: Record<string, string>
  /** A k6 has begun: the only one, or the one at a place from 1 of several. */
  started(pid: number | undefined, place?: number): void
  /** Cores that the k6 at a place has used on average. */
  cpu(place: number): number | undefined
  stop(): Promise<void>
  /** All that the probe has sent, after its end; undefined where it could not say. */
  probed(): Tally | undefined
  /**
   * @param loadStarted epoch milliseconds
   * @param spans when windows were, where that is known better
   */
  evidence(summary: RunSummary, loadStarted: number, spans?: ReadonlyMap<string, Span>): GeneratorEvidence
}

const PROBE_RATE = { least: 10, most: 40, share: 0.1 }

/** A few dozen a second, and never a weight of its own beside a small load. */
export const probeRate = (planned: number): number =>
  planned > 0 ? Math.min(PROBE_RATE.most, Math.max(PROBE_RATE.least, planned * PROBE_RATE.share)) : PROBE_RATE.most / 2

/** The target of these settings, whose file k6 has looked at already: who it is, and how it is authorized. */
export function targetOf(settings: Settings): Target {
  const { TARGET: file } = settings
  const data = file === undefined ? reference : parseJson(readFileSync(file, 'utf8'), file)
  return bindTarget(data, file ?? 'reference', settings, false)
}

function order(plan: ControlPlan, env: NodeJS.ProcessEnv, userAgent: string, rate: number): ProbeOrder {
  const settings = readSettings(env)
  return {
    plan,
    auth: authPlan(targetOf(settings), settings),
    userAgent,
    rate,
    timeoutMs: settings.TIMEOUT * 1000,
    insecureTls: settings.INSECURE_TLS,
  }
}

export function startGenerator({ project, env, plan, probe, version, hide, headroom, several = 1 }: GeneratorOptions): Generator {
  const free = headroomHere()
  const share = plan && { vus: Math.ceil(plan.vus / several), sockets: Math.ceil(plan.sockets / several) }
  const tuning = tuningOf({ ...free, memory: free.memory / several }, share, env)
  const control = plan?.control
  const rate = probeRate(plan?.rate ?? 0)
  let running: RunningProbe | undefined
  const cpu = new Map<number, CpuSampler>()
  let noProbe: string | null = !probe
    ? 'it was left out'
    : control !== undefined && Object.keys(control.endpoints).length > 0
      ? null
      : control?.spared === undefined
        ? 'this script sends nothing that a probe can send alike'
        : 'the target has a limiter, and what a probe sends k6 would be refused (limiter.exempt of the target file names what is not counted)'
  return {
    env: tuning.env,
    started(pid, place = 1) {
      if (pid !== undefined) cpu.set(place, sampleCpu(pid))
      // One probe is enough for all of them.
      if (noProbe !== null || control === undefined || running !== undefined) return
      try {
        running = startProbe(
          join(project.root, 'dist', 'probe.mjs'),
          order(control, env, env.K6_USER_AGENT ?? control.userAgent ?? userAgent(version), rate),
        )
      } catch (error) {
        noProbe = messageOf(error)
      }
    },
    cpu: (place) => averageOf(cpu.get(place)?.samples ?? []),
    async stop() {
      for (const sampler of cpu.values()) sampler.stop()
      await running?.stop()
    },
    probed: () => (running === undefined ? [] : running.tally()),
    evidence: (summary, loadStarted, spans) =>
      generatorEvidence({
        summary,
        loadStarted,
        ...(spans === undefined ? {} : { spans }),
        samples: running?.samples ?? [],
        examples: (running?.examples ?? []).map((example) => ({ ...example, why: hide(example.why) })),
        turns: control === undefined ? [] : turnsOf(control).map(({ name }) => name),
        cpu: together([...cpu.values()].map(({ samples }) => samples)),
        cores: coresHere(),
        tuning: tuning.sentence,
        probeRate: running === undefined ? null : rate,
        noProbe,
        headroom: headroom ?? null,
      }),
  }
}
