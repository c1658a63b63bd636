/** Ctrl-C and its like: the first one stops in order, the second at once. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Interruption {
  /** The first signal, if there was one. */
  signal(): NodeJS.Signals | undefined
  /** Takes over what happens on the first and on every further signal, until the next call. */
  handle(first: () => void, again: () => void): void
  release(): void
}

export function onInterruption(): Interruption {
  let seen: NodeJS.Signals | undefined
  let first = (): void => {}
  let again = (): void => {}
  const listen = (signal: NodeJS.Signals): void => {
    const before = seen
    seen ??= signal
    if (before === undefined) first()
    else again()
  }
  for (const signal of SIGNALS) process.on(signal, listen)
  return {
    signal: () => seen,
    handle(onFirst, onAgain) {
      first = onFirst
      again = onAgain
      // It came between two steps.
      if (seen !== undefined) onFirst()
    },
    release() {
      for (const signal of SIGNALS) process.off(signal, listen)
    },
  }
}
