/** How a planned rate stands to what this machine can send. Pure. */
import type { Calibration } from './calibrations.ts'

/** Above this share of its maximum a generator has no headroom for a bad moment. */
export const HEADROOM = 0.7

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

/** A warning where a plan comes near to the maximum; undefined where there is headroom, or nothing is known. */
export function warning(rate: number, calibration: Calibration | undefined): string | undefined {
  if (calibration === undefined || calibration.rate === 0 || rate <= calibration.rate * HEADROOM) return undefined
  const { script, measured_at } = calibration
  return `The plan of ${whole(rate)} requests/s is ${whole((rate / calibration.rate) * 100)} % of what this machine can send (${whole(calibration.rate)}/s with ${script}, calibrated ${measured_at.slice(0, 10)}): above ${HEADROOM * 100} % its latencies may be its own. Use a larger machine or several (--instances).`
}

/** For reports: how much headroom there was. */
export function headroom(rate: number, calibration: Calibration | undefined): string {
  if (calibration === undefined || calibration.rate === 0)
    return 'This machine is not calibrated: loadgate calibrate says what it can send.'
  return `The plan of ${whole(rate)} requests/s is ${whole((rate / calibration.rate) * 100)} % of the ${whole(calibration.rate)}/s that this machine can send (calibrated with ${calibration.script}).`
}

/** For those who hold sockets. */
export const socketHeadroom = (bytesEach: number | undefined): string =>
  bytesEach === undefined
    ? 'What a socket takes of memory is not calibrated here: loadgate calibrate websocket says it.'
    : `A socket takes ${whole(bytesEach / 1024)} KiB of k6 here (calibrated): ${whole(1024 ** 3 / bytesEach)} sockets per GiB.`
