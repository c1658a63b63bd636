/** When each stream of a group begins and when the script cuts it. Pure. */
import { groupsOf, placeInOrder, sizeOfGroup } from '../base/sharding.ts'
import type { MetricName } from '../metrics/list.ts'
import type { StreamShape } from '../target/stream.ts'
import type { StreamRoute } from '../target/stream-route.ts'
import type { WindowSpec } from '../windows/workload.ts'

export interface Streams {
  /** Streams in all, over all groups. */
  connections: number
  /** Streams begun a second. */
  rate: number
  /** Seconds that each stream lasts, over all its connections. */
  duration: number
  /** Seconds after which a connection is cut, to be resumed. */
  cut: number
  groups: number
}

/** k6 keeps what a stream has sent in memory until it is cut; the parts of a VU run on one event loop. */
const STREAMS_A_GROUP = 50
/** Each stream is cut and resumed once at least. */
const LEAST_ROUNDS = 2

export const streamsOf = (size: Omit<Streams, 'groups'>, instances: number): Streams => {
  const { connections, rate, duration, cut } = size
  return { connections, rate, duration, cut, groups: groupsOf(connections, STREAMS_A_GROUP, instances) }
}

/** Connections of a stream, one after another. */
export const roundsOf = ({ duration, cut }: Streams): number => Math.max(LEAST_ROUNDS, Math.round(duration / cut))

/** Milliseconds of one connection. */
export const roundMs = (streams: Streams): number => (streams.duration * 1000) / roundsOf(streams)

/** Of a round, how much sooner or later a cut may come. */
const SHIFT = 0.25

/**
 * Milliseconds from the first connection of a stream to the end of each of its connections. A gateway that knew when it will be cut could
 * send all at once, dated as if it had not. Where each connection begins with an event of its own, what is planned counts on their length.
 * @param random 0 to 1
 */
export function cutsOf(streams: Streams, { first }: Pick<StreamShape, 'first'>, random: () => number): number[] {
  const [rounds, ms] = [roundsOf(streams), roundMs(streams)]
  const shift = () => (first === false ? SHIFT * (2 * random() - 1) : 0)
  return Array.from({ length: rounds }, (_, round) => ms * (round + 1 + (round + 1 < rounds ? shift() : 0)))
}

/** Milliseconds from the start of the window to the first connection of stream `n` of a group. */
export const beginsAt = ({ groups, rate }: Streams, group: number, n: number): number =>
  (placeInOrder(groups, group, n) / rate) * 1000

export const streamsIn = ({ connections, groups }: Streams, group: number): number => sizeOfGroup(connections, groups, group)

/** Seconds from the first connection of the first stream to the last of the last. */
export const secondsOf = ({ connections, rate, duration }: Streams): number => connections / rate + duration + 1

/** @param exec exported function of the script that calls `holdStreams` */
export function streamWindow(streams: Streams, name: string, exec: string): WindowSpec {
  const duration = secondsOf(streams)
  const { groups } = streams
  return {
    name,
    duration,
    exec,
    // A group is an iteration: k6 numbers them over all VUs and instances.
    load: { model: 'own', executor: 'shared-iterations', vus: groups, iterations: groups },
  }
}

/** What a run plans of each metric of streams. */
export function plannedOf(streams: Streams, route: StreamRoute | undefined): Partial<Record<MetricName, number>> {
  if (route === undefined) return {}
  const all = streams.connections
  const rounds = all * roundsOf(streams)
  const { first, interval_ms } = route.shape
  const events =
    first === false
      ? Math.floor((all * streams.duration * 1000) / interval_ms)
      : // Each connection begins with one, and waits for the next anew.
        rounds * (1 + Math.floor(roundMs(streams) / interval_ms))
  return {
    sse_opened: rounds,
    sse_held: rounds,
    sse_refused: rounds,
    sse_closed_early: rounds,
    sse_resumed: all * (roundsOf(streams) - 1),
    sse_events: events,
    sse_events_lost: events,
    sse_events_duplicated: events,
    sse_events_out_of_order: events,
  }
}
