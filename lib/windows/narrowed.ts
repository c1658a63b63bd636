/** What a target leaves of a script's mixes, where that is so little that it is another load than the script's. Pure. */
import type { WindowSpec } from './window.ts'

/** Below this share of its weights, what is left of a mix is not the mix any more. */
const LEAST = 0.5

const total = (weights: readonly (readonly [string, number])[]): number => weights.reduce((sum, [, weight]) => sum + weight, 0)

/**
 * @param has whether the target has an endpoint
 * @returns for each window of a narrowed mix what it sends, such as `api sends metrics alone, 9 % of its mix`
 */
export function narrowedIn(windows: readonly WindowSpec[], has: (endpoint: string) => boolean): string[] {
  return windows.flatMap(({ name, mix = {}, latency }) => {
    // Who asks without a right is no user, and a warm-up is not measured.
    if (latency === 'settles') return []
    const whole = Object.entries(mix).flatMap(([endpoint, weight]): [string, number][] =>
      weight === undefined || endpoint.includes('.') ? [] : [[endpoint, weight]],
    )
    const left = whole.filter(([endpoint]) => has(endpoint))
    const share = total(left) / total(whole)
    if (left.length === 0 || share >= LEAST) return []
    const percent = Math.max(1, Math.round(100 * share))
    return [`${name} sends ${left.map(([endpoint]) => endpoint).join(', ')} alone, ${percent} % of its mix`]
  })
}
