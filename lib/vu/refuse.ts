/** Sends the requests that must be refused. */
import type { Context } from './context.ts'

/**
 * One iteration of the window that k6 is running.
 * @param expired token whose time is over, where the target has one
 */
export function refuse({ traffic }: Context<unknown>, expired: string | undefined): void {
  if (expired !== undefined) traffic.authorization.useExpired(expired)
  traffic.iterate()
}
