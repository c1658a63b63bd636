/** The runs under way: so many at a time, and how they end when the user wants no more. */
import { type Interruption, onInterruption } from '../base/interruption.ts'
import type { Supervised } from '../base/supervise.ts'

export interface Running {
  /** The first signal has come: nothing more is begun. */
  readonly stopped: AbortSignal
  begun(run: Supervised): void
  ended(run: Supervised | undefined): void
  release(): void
}

export function running(note: (line: string) => void): Running {
  const stop = new AbortController()
  const runs = new Set<Supervised>()
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const run of runs) run.signal(signal)
  }
  const interruption: Interruption = onInterruption()
  interruption.handle(
    () => {
      stop.abort()
      if (runs.size > 0) note('Stopping: the runs under way end their teardown. Once more (Ctrl-C) kills them.')
      signalAll('SIGINT')
    },
    () => signalAll('SIGKILL'),
  )
  return {
    stopped: stop.signal,
    begun(run) {
      runs.add(run)
      if (stop.signal.aborted) run.signal('SIGINT')
    },
    ended(run) {
      if (run !== undefined) runs.delete(run)
    },
    release: () => interruption.release(),
  }
}

/** Does the work of a list, so many at a time and in its order, until nothing is left or it is told to stop. */
export async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  stopped: () => boolean,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length && !stopped()) {
      await work(items[next++] as T)
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker))
}
