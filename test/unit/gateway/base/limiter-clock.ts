import type { TestContext } from 'node:test'
import { Limiter } from '../../../../gateway/base/limiter.ts'

/**
 * Stops the clock of every limiter until the test ends, so that its first window never does: however long a machine stalls
 * between two requests, they fall into the same one. All other clocks go on.
 */
export function stopLimiterClock(t: TestContext): void {
  const take = Limiter.prototype.take
  t.mock.method(Limiter.prototype, 'take', function (this: Limiter, key: string) {
    return take.call(this, key, 0)
  })
}
