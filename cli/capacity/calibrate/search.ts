/** Finds the highest rate that holds: doubles until one does not, then halves the distance. Pure. */

/** Whether a rate held; asked once for each. */
export type Holds = (rate: number) => Promise<boolean>

/** Two rates that are this near are one. */
const CLOSE = 1.1

/**
 * @param first rate to begin with
 * @param highest rate that is never exceeded
 * @returns the highest rate that held, 0 where not even the lowest did
 */
export async function highestRate(holds: Holds, first: number, highest: number): Promise<number> {
  const lowest = Math.max(1, Math.round(first / 8))
  let good = 0
  let bad: number | undefined
  let rate = Math.min(first, highest)
  while (bad === undefined || good === 0 || bad / good > CLOSE) {
    if (await holds(rate)) good = rate
    else bad = rate
    if (good >= highest) return good
    if (bad === undefined) rate = Math.min(rate * 2, highest)
    else if (good > 0) rate = Math.round(Math.sqrt(good * bad))
    else if (rate <= lowest) return 0
    else rate = Math.max(lowest, Math.round(rate / 2))
    if (rate === good || rate === bad) return good
  }
  return good
}
