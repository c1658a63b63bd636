/** How many generators a load takes, and what each of them: from what one of them sends honestly. Pure. */
import { BYTES_A_REQUEST } from '../../../lib/base/sample-memory.ts'
import { needsOf, RATE_A_CORE } from '../../generator/needs.ts'
import { HEADROOM } from '../headroom.ts'

/** What the run means to send, all generators together. */
export interface Planned {
  /** Requests a second at the highest; 0 in the closed model and where nothing but sockets is held. */
  rate: number
  /** Requests from the start to the end. */
  requests: number
  vus: number
  /** Sockets and streams held open besides. */
  connections: number
}

/** What one generator sends honestly, and who says so. */
export interface Maximum {
  /** Requests a second. */
  rate: number
  cores: number
  from: string
  /** Bytes that a held socket takes there, where that was measured. */
  socketBytes?: number | undefined
}

/** Where nobody has calibrated a generator: what doctor reckons with. */
export const ASSUMED: Maximum = { rate: RATE_A_CORE, cores: 1, from: 'not calibrated' }

/** What one generator sends and takes. */
export interface Share extends Planned {
  cores: number
  /** Bytes, samples included, with headroom for a bad moment. */
  memory: number
  openFiles: number
  /** Local ports, to one address. */
  ports: number
}

export interface Forecast {
  planned: Planned
  maximum: Maximum
  /** Requests a second that one generator is planned with at most: its maximum less the headroom for a bad moment. */
  atMost: number
  /** As many as the load takes. */
  needed: number
  /** What decides that. */
  because: 'rate' | 'ports'
  /** As many as there will be: those asked for, else those needed. */
  generators: number
  /** What one of them sends; in a forecast that is limited, what it would have to. */
  each: Share
  /** What all of them send with headroom, in requests a second. */
  together: number
  /** Whether the load is more than these generators have room for. */
  limited: boolean
  /** The maximum that each of these generators must have, in requests a second. */
  maximumNeeded: number
}

/** From 1024 to 65535. */
const PORTS = 64_512
/** Of its memory a generator is planned with. */
const MEMORY_HEADROOM = 1.5
const MEMORY_STEP = 64 * 1024 * 1024

/** The area below straight lines between points: seconds, and requests a second. */
export const requestsOf = (offered: readonly (readonly [at: number, rate: number])[]): number =>
  offered.reduce((sum, [at, rate], i) => {
    const [before, rateBefore] = offered[i - 1] ?? [at, rate]
    return sum + ((at - before) * (rate + rateBefore)) / 2
  }, 0)

/** Cores that send `rate`, where `maximum` is what its cores send: whole ones, or quarters of a single one. */
function coresFor(rate: number, { rate: most, cores }: Maximum): number {
  const needed = rate / ((most * HEADROOM) / cores) - 1e-9
  return needed > 1 ? Math.ceil(needed) : Math.max(1, Math.ceil(needed * 4)) / 4
}

/** @param generators as many as there will be; at least 1 */
export function shareOf(planned: Planned, generators: number, maximum: Maximum): Share {
  const rate = planned.rate / generators
  const requests = Math.ceil(planned.requests / generators)
  const [vus, connections] = [Math.ceil(planned.vus / generators), Math.ceil(planned.connections / generators)]
  const { openFiles, ports, memory } = needsOf({ vus, connections, socketBytes: maximum.socketBytes })
  const withHeadroom = (memory + requests * BYTES_A_REQUEST) * MEMORY_HEADROOM
  return {
    ...{ rate, requests, vus, connections, openFiles, ports },
    cores: coresFor(rate, maximum),
    memory: Math.ceil(withHeadroom / MEMORY_STEP) * MEMORY_STEP,
  }
}

/** @param asked as many generators as there will be; as many as it takes without it */
export function forecast(planned: Planned, maximum: Maximum, asked?: number): Forecast {
  const atMost = Math.floor(maximum.rate * HEADROOM)
  const byRate = Math.ceil(planned.rate / atMost)
  const byPorts = Math.ceil((planned.vus + planned.connections) / PORTS)
  const needed = Math.max(1, byRate, byPorts)
  const generators = asked ?? needed
  return {
    ...{ planned, maximum, atMost, needed, generators },
    because: byPorts > byRate ? 'ports' : 'rate',
    each: shareOf(planned, generators, maximum),
    together: atMost * generators,
    limited: generators < needed,
    maximumNeeded: Math.ceil(planned.rate / generators / HEADROOM),
  }
}

/** What a generator takes, in the words of Kubernetes. */
export interface Resources {
  requests: { cpu: string; memory: string }
  limits: { cpu: string; memory: string }
}

/**
 * Of whole cores requests equal limits: a pod of that kind is the last that a node without memory evicts, and its cores are its own.
 * Who needs less than a core may still have one at times: k6 that is held back in the middle of a request measures itself.
 */
export function resourcesOf({ cores, memory }: Pick<Share, 'cores' | 'memory'>): Resources {
  const bytes = `${Math.ceil(memory / 1024 ** 2)}Mi`
  return {
    requests: { cpu: cores < 1 ? `${cores * 1000}m` : String(cores), memory: bytes },
    limits: { cpu: String(Math.ceil(cores)), memory: bytes },
  }
}
