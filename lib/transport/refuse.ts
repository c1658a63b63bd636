/** Sends the requests that must be refused. */
import type { Context } from '../context.ts'
import { reportFailure } from './failure.ts'

const HANDSHAKE = 'ws_bad_token'
/** k6's HTTP client has no answer for a server that switches protocols, but an exception with this text. */
const SWITCHED = '101 Switching Protocols'

/**
 * One iteration of the window that k6 is running.
 * @param expired token whose time is over, where the target has one
 */
export function refuse({ traffic }: Context<unknown>, expired: string | undefined): void {
  if (expired !== undefined) traffic.authorization.useExpired(expired)
  try {
    traffic.iterate()
  } catch (error) {
    if (!String(error).includes(SWITCHED)) throw error
    // Only a handshake that should have been refused can end so.
    reportFailure(HANDSHAKE, 'wrong_answer', { status: 101, body: '', error: '' }, 'opens the WebSocket')
  }
}
