import { fstatSync } from 'node:fs'

// Half a second below the two that a caller may wait for.
const GRACE_MS = 1500

export interface Stoppable {
  /** Asks whoever stays for long to leave, and lets the rest finish. */
  close(): Promise<unknown>
  /** Cuts what did not. */
  destroyAll(): void
}

/** Ends the process within two seconds, whatever is still open. */
export function stopper({ close, destroyAll }: Stoppable): () => void {
  let stopping = false
  return () => {
    if (stopping) return
    stopping = true
    setTimeout(destroyAll, GRACE_MS - 300).unref()
    setTimeout(() => process.exit(0), GRACE_MS).unref()
    close().then(
      () => process.exit(0),
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
