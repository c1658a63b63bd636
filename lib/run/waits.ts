/** What a VU needs to know of the limits on latency: which answers of an endpoint are late, by window. */
import type { Gate } from '../gates/model.ts'
import type { Waits, WindowWaits } from '../vu/init-data.ts'
import type { Window } from '../windows/workload.ts'

/** A rate of one's own costs a fifth of a request, and users who do not pause send thousands. */
const ONE_IN = 16

/** By endpoint. */
export function waitsOf(windows: readonly Window[], gates: readonly Gate[]): Record<string, Waits> {
  const made: Record<string, { from: number; one_in?: number; windows: Record<string, WindowWaits> }> = {}
  const paused = windows.some(({ gated, model, think }) => gated && (model === 'open' || think > 0))
  for (const { name, gated, endpoints, planned, order } of windows) {
    if (!gated) continue
    const own = gates.filter(({ window }) => window === name)
    for (const endpoint of endpoints) {
      const limits = own.flatMap(({ late, endpoint: at }) =>
        late !== undefined && (at === '*' || at === endpoint) ? [[late.limit, late.ms] as const] : [],
      )
      const every = planned === undefined
      const waits = made[endpoint] ?? { from: Number.MAX_VALUE, windows: {} }
      made[endpoint] = waits
      waits.from = every ? -1 : limits.reduce((least, [, ms]) => Math.min(least, ms), waits.from)
      if (every && !paused && order.length > 0) waits.one_in = ONE_IN
      waits.windows[name] = { limits, ...(every ? { every } : {}) }
    }
  }
  return made
}
