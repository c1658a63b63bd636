/** `loadgate doctor`: whether this machine can send the load that is meant. */
import { readSettings } from '../../../lib/base/settings.ts'
import { palette } from '../../base/colour.ts'
import { settingsFromFlags } from '../../base/flags.ts'
import { type Project, scriptNamed } from '../../base/project.ts'
import { type Terminal, tell } from '../../base/terminal.ts'
import { scriptFile } from '../../k6/bundle.ts'
import { inspect } from '../../k6/inspect.ts'
import { found } from '../../k6/provision.ts'
import { calibrationFor, socketBytesHere } from '../calibrations.ts'
import { headroom, socketHeadroom } from '../headroom.ts'
import { type Check, examine, type Load } from './checks.ts'
import { gatherFacts } from './facts.ts'

/** What is meant when nobody says: as much as the largest of the default load tests. */
const RATE = 500
/** VUs for each request per second: enough to see a stall of two seconds. */
const VUS_A_RATE = 2

export function lines(checks: readonly Check[], colour: boolean): string[] {
  const { green, yellow, red, dim } = palette(colour)
  const paint = { ok: green, warn: yellow, bad: red }
  const width = Math.max(...checks.map(({ name }) => name.length))
  return checks.flatMap(({ level, name, found, meaning, command }) => [
    `${paint[level](level.padEnd(4))}  ${name.padEnd(width)}  ${found}; ${meaning}`,
    ...(command === undefined ? [] : [`${''.padEnd(width + 8)}${dim('$')} ${command}`]),
  ])
}

/** What a load is made of; what it has none of is left out. */
function inWords({ rate, vus, connections }: Load): string {
  const parts = [
    [Math.round(rate), 'requests/s'],
    [vus, 'VUs'],
    [connections, 'connections'],
  ] as const
  const said = parts.flatMap(([count, unit]) => (count > 0 ? [`${count.toLocaleString('en-US')} ${unit}`] : []))
  return said.length < 3 ? said.join(' and ') : `${said[0]}, ${said[1]} and ${said[2]}`
}

async function wanted(
  project: Project,
  script: string | undefined,
  k6: string | undefined,
  given: Record<string, string>,
  env: NodeJS.ProcessEnv,
): Promise<Load> {
  const settings = readSettings({ ...env, ...given })
  if (script === undefined || k6 === undefined) {
    const rate = settings.RATE ?? RATE
    return {
      rate,
      vus: settings.VUS ?? Math.max(settings.USERS ?? 0, Math.ceil(rate * (settings.STALL ?? VUS_A_RATE))),
      connections: settings.CONNECTIONS ?? 0,
    }
  }
  const { rate, vus, sockets, streams } = await inspect(k6, await scriptFile(project, scriptNamed(project, script)), {
    ...env,
    ...given,
  })
  return { rate, vus, connections: sockets + streams }
}

/** What each of several k6 instances sends. */
const share = ({ rate, vus, connections }: Load, instances: number): Load => ({
  rate: rate / instances,
  vus: Math.ceil(vus / instances),
  connections: Math.ceil(connections / instances),
})

/** @returns 1 when the machine cannot send the load, 0 otherwise */
export async function doctor(
  project: Project,
  script: string | undefined,
  options: Record<string, unknown>,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (script !== undefined) scriptNamed(project, script)
  const k6 = await found(env)
  const given = settingsFromFlags(options)
  const { INSTANCES: instances } = readSettings({ ...env, ...given })
  const socketBytes = socketBytesHere(env)
  const calibrated = calibrationFor(script ?? 'http', env)
  const load = { ...share(await wanted(project, script, k6?.path, given, env), instances), socketBytes, calibrated }
  const checks = examine(await gatherFacts(k6, process.cwd()), load)
  tell(terminal, [`For ${instances === 1 ? '' : `one of ${instances} instances of `}${script ?? 'a load'} of ${inWords(load)}:`])
  tell(terminal, lines(checks, terminal.colour))
  if (load.rate > 0 && calibrated === undefined) tell(terminal, [headroom(load.rate, calibrated)])
  if (load.connections > 0) tell(terminal, [socketHeadroom(socketBytes)])
  const bad = checks.filter(({ level }) => level === 'bad').length
  const warned = checks.filter(({ level }) => level === 'warn').length
  terminal.print(
    bad > 0
      ? `This machine cannot send that load: change what is bad, or ask for less.`
      : warned > 0
        ? 'This machine can send that load; mind the warnings.'
        : 'This machine can send that load.',
  )
  return bad > 0 ? 1 : 0
}
