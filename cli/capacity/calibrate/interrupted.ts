import { CannotRun } from '../../base/errors.ts'

/** @throws CannotRun once the user has stopped the calibration: a figure that was cut short is none */
export function requireGoingOn(stop: AbortSignal | undefined): void {
  if (stop?.aborted) throw new CannotRun('calibrate: interrupted; nothing was kept')
}
