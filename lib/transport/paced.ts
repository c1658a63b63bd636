/** Keeps an even pace from one VU: each tick begins when it is due, whatever is still on its way. */
import { setTimeout } from 'k6/timers'

/**
 * @param period seconds from one tick to the next
 * @param tick number `n` from 0; what it throws ends the pace
 * @returns when every tick has come to its end
 */
export function paced(period: number, ticks: number, tick: (n: number) => Promise<void>): Promise<void> {
  const start = Date.now()
  const running: Promise<void>[] = []
  return new Promise((resolve, reject) => {
    const next = (n: number) => {
      if (n >= ticks) {
        Promise.all(running).then(() => resolve(), reject)
        return
      }
      const ended = tick(n)
      // Rejections end the pace now, not at its end.
      ended.catch(reject)
      running.push(ended)
      // A tick that a busy machine has held up comes late; none is left out.
      setTimeout(() => next(n + 1), Math.max(0, start + (n + 1) * period * 1000 - Date.now()))
    }
    next(0)
  })
}
