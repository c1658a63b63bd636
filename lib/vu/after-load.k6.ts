/** What a budget for shed load rests on: that whoever was shed is served again. Asked when the load is over, so that nothing excuses a no. */
import { group, sleep } from 'k6'
import { warn } from '../base/speak.k6.ts'
import { announcedBy, reportFailure } from '../metrics/failure.k6.ts'
import type { Traffic } from './traffic.k6.ts'

/** Seconds that the whole of it may wait: no load is left that could keep a gateway at its limit for longer. */
const PATIENCE = 30
/** The load may have used up what was free, and so may those who come back together. */
const TRIES = 3

/**
 * For teardown(): asks each of the endpoints, and where one sheds comes back as told. Load that is shed here is no failure yet; the group
 * keeps it apart from what is.
 */
export function comeBackAfterLoad(traffic: Traffic, endpoints: readonly string[]): void {
  group('comeback', () => {
    const until = Date.now() + PATIENCE * 1000
    let left = endpoints
    for (let turn = 0; left.length > 0; turn++) {
      let wait = 0
      const shed = left.filter((endpoint) => {
        const response = traffic.sendBeside(endpoint, turn)?.response
        const announced = response?.status === 429 ? announcedBy(response, {}) : undefined
        if (typeof announced !== 'number') return false
        if (turn === 0 && announced > PATIENCE) {
          warn(
            `${endpoint} is shed with no load left and says to come back after ${announced} s: longer than a run waits, so that is not followed`,
          )
          return false
        }
        wait = Math.max(wait, announced)
        const over = turn + 1 === TRIES || Date.now() + announced * 1000 > until
        if (over && response !== undefined)
          reportFailure(endpoint, 'failed_check', response, 'sheds with no load left who came back as told', 'comeback')
        return !over
      })
      left = shed
      if (left.length > 0) sleep(wait)
    }
  })
}
