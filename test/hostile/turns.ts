/** Who may run when: most runs side by side, and one by itself where others have disturbed it. */

/** @param most how many side by side */
export function turns(most: number) {
  let running = 0
  const waiting: { alone: boolean; begin: () => void }[] = []
  const next = (): void => {
    for (let [first] = waiting; first !== undefined; [first] = waiting) {
      if (first.alone ? running > 0 : running >= most) return
      waiting.shift()
      running += first.alone ? most : 1
      first.begin()
    }
  }
  const take = async <T>(alone: boolean, work: () => Promise<T>): Promise<T> => {
    await new Promise<void>((begin) => {
      waiting.push({ alone, begin })
      next()
    })
    try {
      return await work()
    } finally {
      running -= alone ? most : 1
      next()
    }
  }
  return {
    beside: <T>(work: () => Promise<T>): Promise<T> => take(false, work),
    alone: <T>(work: () => Promise<T>): Promise<T> => take(true, work),
  }
}
