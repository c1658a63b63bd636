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
}

/** To take a connection that is there takes k6 some 7 µs, to open one at least 50 µs, on the same machine even. */
export const REUSED_MS = 0.03
const OPENED_MS = 0.05

/**
 * Go's HTTP client sends a request that changes nothing a second time when a connection that it has used before dies under it. k6 keeps the
 * moments of the first connection and the last look for one: no time to connect, and `sending`, which runs from the first connection
 * until the last request was written, has the other look for a connection within it.
 */
export const isRepeated = ({ blocked, connecting, sending }: Timings): boolean =>
  connecting === 0 && blocked > OPENED_MS && sending > blocked + OPENED_MS

/** Whether a connection was opened for the request. */
export const opensConnection = (timings: Timings): boolean => timings.connecting > 0 || isRepeated(timings)

/** From the moment that the request was to be sent to the end of its answer. */
export const waitOf = (timings: Timings): number => (isRepeated(timings) ? timings.duration : timings.duration + timings.blocked)
