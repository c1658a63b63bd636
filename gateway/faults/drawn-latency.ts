import { block, seeded } from './proportion.ts'

/** Waits drawn from a known distribution, so that what a load test reports can be held against the truth. */

/** Milliseconds that the next request waits. */
export type Draw = () => number

interface Shape {
  /** What its numbers mean, in their order. */
  readonly numbers: readonly string[]
  readonly make: (numbers: readonly number[], random: () => number) => Draw
}

/** The 99th percentile of the standard normal distribution. */
const NORMAL_P99 = 2.326348

const SHAPES: Readonly<Record<string, Shape>> = {
  uniform: {
    numbers: ['low', 'high'],
    make:
      ([low = 0, high = 0], random) =>
      () =>
        low + (high - low) * random(),
  },
  lognormal: {
    numbers: ['median', 'p99'],
    make: ([median = 0, p99 = 0], random) => {
      const sigma = Math.log(p99 / median) / NORMAL_P99
      // Box and Muller's way from two even numbers to a normal one; 1 - random() is never 0.
      const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
      return () => median * Math.exp(sigma * normal())
    },
  },
  bimodal: {
    numbers: ['fast', 'slow', 'percent'],
    make: ([fast = 0, slow = 0, percent = 0], random) => {
      const isSlow = block(percent, random)
      return () => (isSlow() ? slow : fast)
    },
  },
}

const HOUR_MS = 3_600_000

/**
 * @param text such as `lognormal:100,400` or `bimodal:50,800,1`, with `@7` after it for another seed than 1
 * @returns the reason, where the text means no distribution
 */
export function parseLatency(text: string): { draw: Draw } | { problem: string } {
  const [, name = '', written = '', seed = '1'] = /^(\w+):([\d.,]+)(?:@(\d+))?$/.exec(text) ?? []
  const shape = SHAPES[name]
  const usages = Object.entries(SHAPES).map(([known, { numbers }]) => `${known}:${numbers.join(',')}`)
  if (shape === undefined) return { problem: `expected ${usages.join(', ')}, in milliseconds, with @seed after it if need be` }
  const numbers = written.split(',').map(Number)
  if (numbers.length !== shape.numbers.length || numbers.some((number) => !(number > 0 && number <= HOUR_MS)))
    return { problem: `expected ${name}:${shape.numbers.join(',')} with numbers above 0` }
  const [first = 0, second = 0, percent = 0] = numbers
  if (second < first) return { problem: `${shape.numbers[1]} must not be below ${shape.numbers[0]}` }
  if (percent > 100) return { problem: 'percent must not be above 100' }
  return { draw: shape.make(numbers, seeded(Number(seed))) }
}
