/**
 * What a user waits for an answer, by what k6 measures of a request. Its `duration` begins when there is a connection; getting one is
 * `blocked`: a free one, or name, connecting and TLS. Pure.
 */

/** k6's `timings` of a response, in milliseconds. */
export interface Timings {
  duration: number
  /** From asking for a connection until there is one. */
  blocked: number
  connecting: number
  sending: number
  /** From the last byte written to the first one read; 0 where k6 came to note the former after the latter. */
  waiting: number
}

/** To take a connection that is there takes k6 some 7 µs, to open one at least 50 µs, on the same machine even. */
export const REUSED_MS = 0.03

/**
 * Go's HTTP client sends a request that changes nothing a second time when a connection that it has used before dies under it. k6 keeps the
 * moments of the first connection and the last look for one: no time to connect, and a `duration` that runs from the first connection to the
 * end of the answer, with the other look for a connection within it as well as in `blocked`. So the parts are more than the whole, which those
 * of a request that was sent once never are, however long k6 stood still in any of them.
 * @param whole milliseconds from before the request to after its answer, by a clock of the script
 */
export const isRepeated = ({ duration, blocked, connecting, waiting }: Timings, whole: number): boolean =>
  connecting === 0 && waiting > 0 && duration + blocked > whole

/** Whether a connection was opened for the request. */
export const opensConnection = (timings: Timings, whole: number): boolean => timings.connecting > 0 || isRepeated(timings, whole)

/** From the moment that the request was to be sent to the end of its answer; where nobody has timed the whole, a second look for a connection counts twice. */
export const waitOf = (timings: Timings, whole = Number.POSITIVE_INFINITY): number =>
  isRepeated(timings, whole) ? timings.duration : timings.duration + timings.blocked

export interface Connections {
  /** Counts a connection that was opened; true where the server should have kept the one before it. */
  isAnother(window: string): boolean
  /** The VU had no patience for an answer any more: k6 has closed the connection that it was to come on. */
  gaveUp(window: string): void
}

/**
 * The connections that one VU opens. A server may close what was idle while other VUs were at work: the first in a window is nobody's fault.
 * @param hosts to which it keeps a connection each
 */
export function connectionsOf(hosts: number): Connections {
  let here = ''
  let free = hosts
  const enter = (window: string): void => {
    if (window === here) return
    here = window
    free = hosts
  }
  return {
    isAnother(window) {
      enter(window)
      free--
      return free < 0
    },
    gaveUp(window) {
      enter(window)
      free++
    },
  }
}
