/**
 * The VU that watches the gateway's own metrics while the load runs. It asks at an even pace, whatever is still on its way,
 * so that a slow gateway is watched as closely as a quick one; looks that fail are counted like any failed request.
 */

import { counter, gauge, trend } from '../metrics/metrics.k6.ts'
import type { Context } from '../vu/context.ts'
import { paced } from '../vu/paced.k6.ts'
import { type Look, monitor, WATCH } from './monitor.ts'

const watchLooks = counter('watch_looks')
const watchPoints = counter('watch_points')
const watchMemory = trend('watch_memory')
const watchMemorySlope = gauge('watch_memory_slope')
const watchCpu = trend('watch_cpu')
const watchConnections = trend('watch_connections')
const watchCacheHits = trend('watch_cache_hits')
const watchConnectionSlope = gauge('watch_connection_slope')
const watchRestarts = counter('watch_restarts')

/** Share of the gated time in which caches, heaps and connections may still fill: growth there is no leak. */
const FILLING = 1 / 3

const of = (name: string) => ({ of: name })

/** @param warm whether the warm-up is over: what is seen before is not judged, but for restarts */
function record(
  { fresh, memory, memorySlope, cpu, connections, connectionSlope, cacheHits, restarted }: Look,
  warm: boolean,
): void {
  if (fresh) watchLooks.add(1)
  if (restarted !== undefined) {
    watchPoints.add(1, of('restarts'))
    if (restarted) watchRestarts.add(1)
  }
  if (!warm) return
  if (memory !== undefined) {
    watchPoints.add(1, of('memory'))
    watchMemory.add(memory)
  }
  if (memorySlope !== undefined) {
    watchPoints.add(1, of('memory_slope'))
    watchMemorySlope.add(memorySlope)
  }
  if (cpu !== undefined) {
    watchPoints.add(1, of('cpu'))
    watchCpu.add(cpu)
  }
  if (connections !== undefined) {
    watchPoints.add(1, of('connections'))
    watchConnections.add(connections)
  }
  if (cacheHits !== undefined) {
    watchPoints.add(1, of('cache'))
    watchCacheHits.add(cacheHits)
  }
  if (connectionSlope !== undefined) {
    watchPoints.add(1, of('connection_slope'))
    watchConnectionSlope.add(connectionSlope)
  }
}

/** Looks at the gateway's own metrics until the run ends. For scripts with `watch: true`: `export const watch = exec(watchGateway)`. */
export async function watchGateway({ windows, target, traffic }: Context<unknown>): Promise<void> {
  const own = windows.find(({ name }) => name === WATCH)
  if (own?.period === undefined) throw new Error('the script does not say `watch: true`')
  // The warm-up lasts until the first window that a gate looks at.
  const from = Math.min(...windows.filter(({ name, gated }) => gated && name !== WATCH).map((window) => window.start))
  const look = monitor(target.metrics, from + (own.duration - from) * FILLING)
  const start = Date.now()
  await paced(own.period, own.planned?.metrics ?? 0, async (n) => {
    const { response, right } = await traffic.sendAsync('metrics', n)
    if (!right) return
    const at = (Date.now() - start) / 1000
    record(look(response.body ?? '', at), at >= from)
  })
}
