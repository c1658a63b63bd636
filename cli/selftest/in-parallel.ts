/** Does the work of a list, so many at a time and in its order, until nothing is left or it is told to stop. */
export async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  stopped: () => boolean,
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length && !stopped()) {
      const at = next++
      await work(items[at] as T, at)
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker))
}
