/** What was found about the generator, in words. Pure. */
import type { Difference, WindowEvidence } from './evidence-model.ts'

const percent = (share: number): string => `${Math.round(share * 100)} %`
const ms = (value: number): string => `${Number(value.toPrecision(3))} ms`

/** One sentence on what was found of the two witnesses. */
export function sentenceOn(
  windows: readonly WindowEvidence[],
  differences: readonly Difference[],
  { cores, noProbe }: { cores: number; noProbe: string | null },
): string {
  const worst = windows.filter(({ bound }) => bound).sort((a, b) => (b.comparison?.ratio ?? 0) - (a.comparison?.ratio ?? 0))[0]
  if (worst?.comparison) {
    const { percentile, k6, probe } = worst.comparison
    return `In window ${worst.window} k6 read a ${percentile} of ${ms(k6)}${worst.endpoint === null ? '' : ` for ${worst.endpoint}, its quickest endpoint,`} where the control probe, a process of its own, saw ${ms(probe)}.`
  }
  if (worst?.cpu)
    return `In window ${worst.window} k6 used ${worst.cpu.used.toFixed(2)} of ${cores} cores (${Math.round(worst.cpu.throttled * 100)} % throttled, ${Math.round(worst.cpu.stolen * 100)} % stolen), and no probe could say what the gateway really answered.`
  const [differs] = differences
  if (differs !== undefined) return differs.sentence
  const compared = windows.filter(({ comparison }) => comparison !== null)
  const apart = compared.find(({ comparison }) => comparison?.parted)
  if (apart?.comparison) {
    const { percentile, k6, probe } = apart.comparison
    return `In window ${apart.window} k6 read a ${percentile} of ${ms(k6)} where the control probe saw ${ms(probe)}, and that is no queue of k6's own${apart.headroom ? ': it had headroom' : ': it read others as quickly as the probe'}.`
  }
  if (compared.length === 0) return `Nothing to compare k6's latencies with: ${noProbe ?? 'the probe has too few samples'}.`
  const most = Math.max(...compared.map(({ comparison }) => comparison?.ratio ?? 0))
  const failed = windows.reduce((sum, { probe }) => sum + (probe?.failed ?? 0), 0)
  return `k6 and the control probe agree: k6 read at most ${most.toFixed(1)} times the latency that the probe saw, and ${failed === 0 ? 'the probe was given a valid answer each time' : `what the probe saw fail (${failed}) is no more than chance and the limits allow`}.`
}

export function cpuStarvedSentence(windows: readonly WindowEvidence[], cores: number): string | null {
  const lost = ({ cpu }: WindowEvidence): number =>
    (cpu?.waited ?? 0) + (cpu?.stolen ?? 0) + (cpu?.throttled ?? 0) + (cpu?.stopped ?? 0)
  const worst = windows.filter(({ cpu_starved }) => cpu_starved).sort((a, b) => lost(b) - lost(a))[0]
  if (!worst?.cpu) return null
  const { used, waited, others, crowded, stolen, throttled, stopped } = worst.cpu
  return `In window ${worst.window} k6 had ${used.toFixed(2)} of ${cores} cores and stood waiting for one ${waited.toFixed(2)} s of each second; programs outside the run had ${others.toFixed(2)} and left nothing for ${percent(crowded)} of the time (${percent(throttled)} throttled, ${percent(stolen)} stolen, ${percent(stopped)} stopped by a signal).`
}
