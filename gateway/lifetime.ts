import { fstatSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'

// Half a second below the two that a caller may wait for.
const GRACE_MS = 1500

/** Ends the process within two seconds, whatever is still open. */
export function stopper(app: FastifyInstance, others: () => Promise<void> = async () => {}): (code?: number) => void {
  let stopping = false
  return (code = 0) => {
    if (stopping) return
    stopping = true
    const { connections } = app.gateway
    connections.endLongLived()
    setTimeout(() => connections.destroyAll(), GRACE_MS - 300).unref()
    setTimeout(() => process.exit(code), GRACE_MS).unref()
    Promise.all([app.close(), others()]).then(
      () => process.exit(code),
      () => process.exit(1),
    )
  }
}

/** Calls back once when the parent is gone: its pipe ends even when it was killed, and else its id changes. */
export function onParentGone(gone: () => void): void {
  const stdin = fstatSync(0)
  // A terminal or /dev/null says nothing about the parent.
  if (stdin.isFIFO() || stdin.isSocket()) {
    process.stdin.on('end', gone).on('error', gone).on('close', gone).resume()
  }
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) gone()
  }, 250).unref()
}
