/** Milliseconds after which what has not come will not: every run of the tests is shorter. */
const PATIENCE = 120_000

/**
 * Waits for a condition, never for a time.
 * @throws where it does not come to hold
 */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const over = Date.now() + PATIENCE
  while (!(await holds())) {
    if (Date.now() > over) throw new Error(`after ${PATIENCE / 1000} s this does not hold: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
