/** Keeps an even pace from one VU: each tick begins when it is due, whatever is still on its way. */
import { setTimeout } from 'k6/timers'

/**
 * @param period seconds from one tick to the next
 * @param tick number `n` from 0; what it throws ends the pace
 * @returns when every tick has come to its end
 */
export function paced(period: number, ticks: number, tick: (n: number) => Promise<void>): Promise<void> {
  const start = Date.now()
  let running = 0
  let left = ticks
  let broken = false
  return new Promise((resolve, reject) => {
    const settle = () => {
      if (running === 0 && left === 0) resolve()
    }
    const next = (n: number) => {
      if (broken) return
      left = ticks - n
      if (left === 0) return settle()
      running++
      tick(n).then(
        () => {
          running--
          settle()
        },
        (error) => {
          broken = true
          reject(error)
        },
      )
      // A tick that a busy machine has held up comes late; none is left out.
      setTimeout(() => next(n + 1), Math.max(0, start + (n + 1) * period * 1000 - Date.now()))
    }
    next(0)
  })
}
