/**
 * The constant-rate probe of one VU: it sends its mix at an even pace beside the load, keeps every sample of its first and
 * its last window, and says at the end how they compare. k6 itself cannot compare two windows.
 */
import exec from 'k6/execution'
import { waitOf } from '../base/waits.ts'
import { counter, gauge } from '../metrics/metrics.k6.ts'
import type { Context } from '../vu/context.ts'
import { paced } from '../vu/paced.k6.ts'
import { probe } from './degradation.ts'

const degradation = gauge('degradation')
const degradationSamples = counter('degradation_samples')
const probeFirstP95 = gauge('probe_first_p95')
const probeLastP95 = gauge('probe_last_p95')

/** @param floor smallest growth of the p95 that counts, in ms */
export async function probeDegradation({ windows, settings, traffic }: Context<unknown>, floor: number): Promise<void> {
  const own = windows.find(({ name }) => name === exec.scenario.name)
  if (own?.period === undefined) throw new Error(`window ${exec.scenario.name} is not paced`)
  const { period, duration } = own
  const ticks = Object.values(own.planned ?? {}).reduce((sum, count) => sum + count, 0)
  const measured = probe(duration, floor)
  const start = Date.now()
  await paced(period, ticks, async (n) => {
    const sent = (Date.now() - start) / 1000
    const { response, right } = await traffic.iterateAsync(n)
    // What failed was not quick: else a gateway that refuses at once would have recovered.
    const wait = waitOf(response.timings)
    measured.add(sent, right ? wait : Math.max(wait, settings.TIMEOUT * 1000))
  })
  const comparison = measured.compare()
  if (comparison === undefined) return
  degradation.add(comparison.degradation)
  degradationSamples.add(comparison.samples)
  probeFirstP95.add(comparison.firstP95)
  probeLastP95.add(comparison.lastP95)
}
