/** Whether the time of day went its even way during a run: windows, tokens and the lag of events are reckoned by it. */

export interface Clocks {
  /** Epoch milliseconds. */
  wall(): number
  /** Milliseconds that nobody can set. */
  steady(): number
}

const REAL: Clocks = { wall: () => Date.now(), steady: () => performance.now() }
const EVERY_MS = 1000

/** Time servers correct a clock by half a thousandth at most while it runs; what is more was set. */
const CORRECTED = 0.0005
/** Less than this moves no window and no token. */
const FLOOR_MS = 500

interface Reading {
  /** How far the wall clock is before the steady one. */
  ahead: number
  steady: number
}

/** Milliseconds that the wall clock was set by in between, below 0 where back; 0 where it was not. */
function setBetween(before: Reading, now: Reading): number {
  const moved = now.ahead - before.ahead
  return Math.abs(moved) > FLOOR_MS + CORRECTED * (now.steady - before.steady) ? moved : 0
}

/** Compares the clocks from one reading to the next and from the first: what is set back again was set all the same. */
export class ClockWatch {
  readonly #clocks: Clocks
  readonly #first: Reading
  #before: Reading
  #worst = 0

  constructor(clocks: Clocks = REAL) {
    this.#clocks = clocks
    this.#first = this.#before = this.#read()
  }

  /** @returns the largest jump so far, in milliseconds */
  look(): number {
    const now = this.#read()
    for (const jump of [setBetween(this.#before, now), setBetween(this.#first, now)])
      if (Math.abs(jump) > Math.abs(this.#worst)) this.#worst = Math.round(jump)
    this.#before = now
    return this.#worst
  }

  #read(): Reading {
    const steady = this.#clocks.steady()
    return { ahead: this.#clocks.wall() - steady, steady }
  }
}

/** Looks each second. @returns what ends that, and says the largest jump */
export function watchClock(): () => number {
  const watch = new ClockWatch()
  const timer = setInterval(() => watch.look(), EVERY_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    return watch.look()
  }
}
