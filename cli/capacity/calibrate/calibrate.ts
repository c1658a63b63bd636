/** `loadgate calibrate`: the rate up to which this machine sends what it plans, and measures the target rather than itself. */
import { UsageError } from '../../../lib/base/errors.ts'
import { startGateway } from '../../base/embedded-gateway.ts'
import { EXIT } from '../../base/errors.ts'
import { onInterruption } from '../../base/interruption.ts'
import { gatewayFile, type Project, scriptNamed } from '../../base/project.ts'
import type { Terminal } from '../../base/terminal.ts'
import { coresHere } from '../../generator/headroom.ts'
import { provision } from '../../k6/provision.ts'
import { keepCalibration } from '../calibrations.ts'
import { highestRate } from './search.ts'
import { socketCost } from './sockets.ts'
import { requireGoingOn, step } from './step.ts'

const FIRST = 2000
const HIGHEST = 200_000
const SECONDS = 8

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

/** Scripts whose whole load is arrival rates of plain requests, and the one that holds sockets. */
const CALIBRATED = ['http', 'gateway', 'websocket']
/** From here on what a socket costs does not change. */
const SOCKETS = 5000

/** Rate, or number of sockets, beyond which nobody asks. */
function bound(written: string | undefined, otherwise: number): number {
  const value = Number(written ?? otherwise)
  if (Number.isInteger(value) && value >= 1 && value <= otherwise) return value
  throw new UsageError(`--up-to: expected a whole number from 1 to ${otherwise}, found ${JSON.stringify(written)}`)
}

async function calibrateSockets(
  project: Project,
  sockets: number,
  k6: { path: string; version: string },
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<number> {
  const gateway = await startGateway(gatewayFile(project), [], () => {})
  try {
    const { held, rss, connectP95, bytesEach, perGib } = await socketCost(sockets, {
      project,
      k6: k6.path,
      url: gateway.url,
      env,
      stop,
    })
    const connecting = connectP95 === null ? '' : `, handshakes within ${connectP95.toFixed(1)} ms (p95)`
    terminal.print(`${whole(held)} sockets held in ${whole(rss / 1024 ** 2)} MiB of k6${connecting}`)
    terminal.print(
      `A socket takes ${whole(bytesEach / 1024)} KiB here: ${whole(perGib)} sockets per GiB, beside what the gateway needs.`,
    )
    if (sockets < SOCKETS) {
      terminal.print(`not kept: the figure is good from ${whole(SOCKETS)} sockets on`)
      return 0
    }
    const measured_at = new Date().toISOString()
    const calibration = { script: 'websocket', rate: 0, cores: coresHere(), k6: k6.version, measured_at, limit: '' }
    terminal.print(`kept in ${keepCalibration({ ...calibration, socket_bytes: Math.round(bytesEach) }, env)}`)
    return 0
  } finally {
    await gateway.stop()
  }
}

/** @param upTo as the user has written it */
export async function calibrate(
  project: Project,
  name: string | undefined,
  upTo: string | undefined,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { name: script, source } = scriptNamed(project, name ?? 'http')
  if (!CALIBRATED.includes(script) || source !== undefined)
    throw new UsageError(`calibrate: ${name} cannot be calibrated, only ${CALIBRATED.join(', ')}`)
  const highest = bound(upTo, script === 'websocket' ? SOCKETS : HIGHEST)
  const stop = new AbortController()
  const interruption = onInterruption()
  interruption.handle(
    () => stop.abort(),
    () => process.exit(EXIT.invalid),
  )
  try {
    const k6 = await provision({ env, note: terminal.note, stop: stop.signal })
    if (script === 'websocket') return await calibrateSockets(project, highest, k6, terminal, env, stop.signal)
    // A target that costs next to nothing, so that the generator comes to its limit first; it takes a part of this machine all the same.
    const gateway = await startGateway(gatewayFile(project), ['--null'], () => {})
    let limit = ''
    try {
      const holds = async (rate: number): Promise<boolean> => {
        requireGoingOn(stop.signal)
        const options = {
          project,
          script,
          k6: k6.path,
          version: k6.version,
          url: gateway.url,
          seconds: SECONDS,
          env,
          stop: stop.signal,
        }
        const once = await step(rate, options)
        // Whatever else this machine does for a moment only takes away: a second try decides.
        const { holds, why } = once.holds ? once : await step(rate, options)
        terminal.print(`${whole(rate).padStart(8)}/s  ${holds ? 'held' : 'did not hold'}: ${why}`)
        if (!holds) limit = why
        return holds
      }
      const rate = await highestRate(holds, FIRST, highest)
      if (rate === highest) {
        terminal.print(`This machine sends ${whole(rate)} requests/s of ${script} honestly, and may send more.`)
        terminal.print('not kept: the limit was not found')
        return 0
      }
      const cores = coresHere()
      const kept = keepCalibration({ script, rate, cores, k6: k6.version, measured_at: new Date().toISOString(), limit }, env)
      terminal.print(
        rate === 0
          ? `Not even the lowest rate held on this machine: ${limit}`
          : `This machine sends ${whole(rate)} requests/s of ${script} honestly, ${whole(rate / cores)} a core, with the target beside it; plan at most 70 % of that.`,
      )
      terminal.print(`kept in ${kept}`)
      return rate === 0 ? EXIT.invalid : 0
    } finally {
      await gateway.stop()
    }
  } finally {
    interruption.release()
  }
}
