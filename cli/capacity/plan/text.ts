/** A forecast for people, and for programs. Pure. */

import { count } from '../../base/figures.ts'
import { HEADROOM } from '../headroom.ts'
import { gatewaySetup, generatorSetup, type Setup } from './commands.ts'
import { type Forecast, resourcesOf, type Share } from './forecast.ts'

const MIB = 1024 ** 2
const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
/** In quarters, where it is less than one. */
export const cores = (number: number): string => `${number} ${number === 1 ? 'core' : 'cores'}`
/** Of a load of many requests, 1 KB each. */
const megabits = (rate: number): string => whole((rate * 1024 * 8) / 1e6)

const load = ({ rate, vus, connections }: Pick<Share, 'rate' | 'vus' | 'connections'>): string =>
  [
    ...(rate > 0 ? [`${whole(rate)} requests/s`] : []),
    count(vus, 'VU'),
    ...(connections > 0 ? [count(connections, 'connection')] : []),
  ].join(', ')

function headline({ limited, generators, atMost, together, planned, needed, maximumNeeded, because }: Forecast): string {
  if (!limited) {
    const why =
      needed === 1
        ? 'one has room for it'
        : because === 'ports'
          ? `${whole(planned.vus + planned.connections)} connections to one address take as many ports`
          : `each sends up to ${whole(atMost)}/s with headroom for a bad moment`
    return `${count(generators, 'generator')}: ${why}`
  }
  if (because === 'ports')
    return `generator-limited at ${generators} x 64,512 ports: ${whole(planned.vus + planned.connections)} connections to one address take ${count(needed, 'generator')}, or a gateway of several addresses`
  return `generator-limited at ${generators} x ${whole(atMost)}/s = ${whole(together)}/s: ${whole(planned.rate)}/s take ${count(needed, 'generator')} of this kind, or ${generators} that send ${whole(maximumNeeded)}/s each at the most`
}

function setup(title: string, all: readonly Setup[]): string[] {
  const width = Math.max(...all.map(({ name }) => name.length))
  return [
    title,
    ...all.flatMap(({ name, meaning, command }) => [
      `  ${name.padEnd(width)}  ${meaning}`,
      `  ${''.padEnd(width)}  $ ${command}`,
    ]),
  ]
}

/** @param script whose load it is */
export function forecastLines(script: string, plan: Forecast): string[] {
  const { planned, maximum, each, generators } = plan
  const { requests, limits } = resourcesOf(each)
  const rows = [
    [
      'of one',
      `${whole(maximum.rate)} requests/s at the most on ${cores(maximum.cores)} (${maximum.from}); planned with ${HEADROOM * 100} % of it`,
    ],
    ['each', load(each)],
    [
      'takes',
      `${cores(each.cores)}, ${whole(each.memory / MIB)} MiB of memory${each.requests > 0 ? ` (the latencies of ${whole(each.requests)} requests in it)` : ''}, ${whole(each.ports)} ports, ${whole(each.openFiles)} open files`,
    ],
    [
      'all',
      `${cores(each.cores * generators)}, ${whole((each.memory * generators) / MIB)} MiB, ${whole(each.ports * generators)} connections`,
    ],
    ...(planned.rate > 0
      ? [
          [
            'network',
            `${megabits(each.rate)} Mbit/s each and ${megabits(planned.rate)} Mbit/s in all for every KB that a request and its answer have`,
          ] as const,
        ]
      : []),
    ['settings', `INSTANCES=${generators}`],
    ['pod', `requests: cpu ${requests.cpu}, memory ${requests.memory}; limits: cpu ${limits.cpu}, memory ${limits.memory}`],
  ] as const
  return [
    `For ${script} of ${load(planned)}:`,
    headline(plan),
    '',
    ...rows.map(([name, text]) => `${name.padEnd(8)}  ${text}`),
    '',
    ...setup('Each generator:', generatorSetup(plan)),
    ...setup('The gateway:', gatewaySetup(plan)),
  ]
}

/** Raised when a reader of the old shape would misread the new. */
export const FORECAST_SCHEMA = 'loadgate.forecast/1'

/** What `--json` prints: bytes, requests a second, counts. */
export function forecastJson(script: string, plan: Forecast): object {
  const { planned, maximum, each, generators } = plan
  return {
    schema: FORECAST_SCHEMA,
    script,
    planned,
    maximum: { rate: maximum.rate, cores: maximum.cores, from: maximum.from, share: HEADROOM, planned_with: plan.atMost },
    generators,
    needed: plan.needed,
    because: plan.because,
    generator_limited: plan.limited,
    together: plan.together,
    maximum_needed: plan.maximumNeeded,
    each: {
      ...{ rate: each.rate, requests: each.requests, vus: each.vus, connections: each.connections },
      ...{ cores: each.cores, memory_bytes: each.memory, ports: each.ports, open_files: each.openFiles },
    },
    settings: { INSTANCES: String(generators) },
    resources: resourcesOf(each),
    setup: { generator: generatorSetup(plan), gateway: gatewaySetup(plan) },
  }
}
