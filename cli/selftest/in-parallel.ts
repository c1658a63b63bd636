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
