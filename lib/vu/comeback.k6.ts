/** A user who is shed above the limit of a gateway and comes back when it says so: the one whom `Retry-After` is for. */
import { sleep } from 'k6'
import { warn } from '../base/speak.k6.ts'
import { announcedBy, show } from '../metrics/failure.k6.ts'
import { counter } from '../metrics/metrics.k6.ts'
import { iteration } from './schedule.k6.ts'
import type { Traffic } from './traffic.k6.ts'

const retryAfterKept = counter('retry_after_kept')
const retryAfterBroken = counter('retry_after_broken')

/** Seconds between two requests of a user who has not been shed yet. */
export const PAUSE = 0.2

/** Seconds from the start of the window. */
interface Times {
  /** Load above the limit ends. */
  over: number
  /** Nobody waits any longer. */
  until: number
}

/**
 * Asks until it is shed, and comes back after the time that was announced and after the end of the load above the limit: before that, others may
 * have used up what was free. Shed once more, it comes back once more. What was announced then, no load above the limit can have overtaken.
 */
export async function comeBack(traffic: Traffic, endpoint: string, { over, until }: Times): Promise<void> {
  const { start } = iteration()
  const elapsed = () => (Date.now() - start) / 1000
  let turn = 0
  /** Seconds from the start at which to come back; undefined where it was not shed. */
  const ask = async (): Promise<{ due: number | undefined; right: boolean }> => {
    const { response, right } = await traffic.sendAsync(endpoint, turn++)
    const announced = response.status === 429 ? announcedBy(response, {}) : undefined
    return { due: typeof announced === 'number' ? elapsed() + announced : undefined, right }
  }
  const wait = (due: number): boolean => {
    if (due > until) {
      warn(`Retry-After says to come back after ${Math.ceil(due - elapsed())} s, which is after the end of the run`)
      return false
    }
    sleep(Math.max(0, due - elapsed()))
    return true
  }
  let first = await ask()
  while (first.due === undefined && elapsed() < over) {
    sleep(PAUSE)
    first = await ask()
  }
  if (first.due === undefined || !wait(Math.max(first.due, over))) return
  let back = await ask()
  if (back.due !== undefined) {
    if (!wait(back.due)) return
    back = await ask()
  }
  if (back.right) retryAfterKept.add(1)
  else if (back.due !== undefined) {
    retryAfterBroken.add(1)
    const why = 'sheds a request again that came back when Retry-After said so, with no load above the limit'
    show(endpoint, 'shed', { status: 429, body: '', error: '' }, why, 'retry_after')
  }
}
