/** `loadgate plan`: how many generators a load takes, what each of them, and what the gateway's side must be set up for. */
import { UsageError } from '../../../lib/base/errors.ts'
import { readSettings } from '../../../lib/base/settings.ts'
import type { RunPlan } from '../../../lib/run/run-plan.ts'
import type { Project } from '../../base/project.ts'
import type { Terminal } from '../../base/terminal.ts'
import { RATE_A_CORE } from '../../generator/needs.ts'
import { scriptFile } from '../../k6/bundle.ts'
import { inspect } from '../../k6/inspect.ts'
import { provision } from '../../k6/provision.ts'
import { readRequest } from '../../k6/run-request.ts'
import { calibrationFor, socketBytesHere } from '../calibrations.ts'
import { forecast, type Maximum, type Planned, requestsOf } from './forecast.ts'
import { forecastJson, forecastLines } from './text.ts'

export interface PlanOptions extends Record<string, unknown> {
  perGenerator?: string
  json?: boolean
}

/** The load of a run plan that was asked for with one instance: of all generators together. */
export const plannedBy = ({ rate, vus, sockets, streams, windows }: RunPlan): Planned => ({
  ...{ rate, vus },
  connections: sockets + streams,
  requests: windows.reduce((sum, { offered = [] }) => sum + requestsOf(offered), 0),
})

/**
 * What `--per-generator` says, or a calibration of this machine.
 * @throws UsageError for a number that is none
 */
export function maximumOf(script: string, written: string | undefined, env: NodeJS.ProcessEnv): Maximum | undefined {
  const socketBytes = socketBytesHere(env)
  if (written !== undefined) {
    const rate = Number(written)
    if (!Number.isFinite(rate) || rate < 1)
      throw new UsageError(
        `--per-generator: expected requests a second that one generator sends honestly, such as 20000, found ${JSON.stringify(written)}`,
      )
    return { rate, cores: Math.max(1, Math.ceil(rate / RATE_A_CORE)), from: '--per-generator', socketBytes }
  }
  const found = calibrationFor(script, env)
  if (found === undefined || found.rate === 0) return undefined
  const { rate, cores, measured_at } = found
  return { rate, cores, from: `${found.script} calibrated here on ${measured_at.slice(0, 10)}`, socketBytes }
}

/** @returns 1 where the generators that were asked for have no room for the load, 0 otherwise */
export async function plan(
  project: Project,
  name: string,
  { perGenerator, json, ...options }: PlanOptions,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { script, settings } = readRequest(project, name, options, [], env)
  const maximum = maximumOf(script.name, perGenerator, env)
  if (maximum === undefined)
    throw new UsageError(
      'plan: nobody knows what one generator sends: run loadgate calibrate on a machine of that kind, or say it with --per-generator',
    )
  const { INSTANCES: written, ...alone } = settings
  const k6 = await provision({ env, note: terminal.note, stop: new AbortController().signal })
  const file = await scriptFile(project, script)
  const { INSTANCES: _, ...here } = env
  const asked = written === undefined ? undefined : readSettings({ INSTANCES: written }).INSTANCES
  const found = forecast(plannedBy(await inspect(k6.path, file, { ...here, ...alone })), maximum, asked)
  // A script that cannot be shared says so now.
  if (found.generators > 1) await inspect(k6.path, file, { ...here, ...alone, INSTANCES: String(found.generators) })
  if (json) terminal.print(JSON.stringify(forecastJson(script.name, found)))
  else for (const line of forecastLines(script.name, found)) terminal.print(line)
  return found.limited ? 1 : 0
}
