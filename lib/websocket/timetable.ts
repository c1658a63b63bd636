/** When each socket of a group is opened, pinged and closed, in milliseconds from the start of the window. Pure. */
import { groupsOf, placeInOrder, sizeOfGroup } from '../base/sharding.ts'
import type { WindowSpec } from '../windows/workload.ts'

export interface Hold {
  /** Sockets in all, over all groups. */
  connections: number
  /** Sockets opened a second. */
  rate: number
  /** Seconds that they are held once all are open. */
  duration: number
  /** Seconds between two pings of a socket. */
  ping: number
  /** Groups, each of which lives in a VU of its own. */
  groups: number
}

export interface Timetable {
  /** Sockets of this group. */
  sockets: number
  openAt(socket: number): number
  holdFrom: number
  holdTo: number
  /** Pings of this group in the whole hold: each socket in turn, round by round. */
  pings: number
  pingAt(ping: number): number
  /** From the moment that closing begins. */
  closeAfter(socket: number): number
}

/** Between the last handshake and the hold: what is slow to open gets this long. */
const SETTLE_MS = 2000
const LONGEST_CLOSING_MS = 5000
/** More of them in a VU save memory (of ten thousand sockets 80 MB, where 250 are in each VU), fewer spread the work over more event loops. */
const SOCKETS_A_GROUP = 500

export const holdOf = (size: Omit<Hold, 'groups'>, instances: number): Hold => {
  const { connections, rate, duration, ping } = size
  return { connections, rate, duration, ping, groups: groupsOf(connections, SOCKETS_A_GROUP, instances) }
}

/** Pings of a socket in a hold; at least one. */
export const roundsOf = ({ duration, ping }: Hold): number => Math.max(1, Math.floor(duration / ping))

const rampMs = ({ connections, rate }: Hold): number => (connections / rate) * 1000
const closingMs = (hold: Hold): number => Math.min(LONGEST_CLOSING_MS, rampMs(hold))

/** Seconds of the whole window, from the first handshake to the last close. */
export const secondsOf = (hold: Hold, timeout: number): number =>
  (rampMs(hold) + SETTLE_MS + closingMs(hold)) / 1000 + hold.duration + 2 * timeout + 1

/** @param exec exported function of the script that calls `holdSockets` */
export function socketWindow(hold: Hold, timeout: number, name: string, exec: string): WindowSpec {
  const duration = secondsOf(hold, timeout)
  const { groups } = hold
  return {
    name,
    duration,
    exec,
    // A group is an iteration: k6 numbers them over all VUs and instances.
    load: { model: 'own', executor: 'shared-iterations', vus: groups, iterations: groups },
  }
}

export function timetable(hold: Hold, group: number): Timetable {
  const { connections, rate, duration, ping, groups } = hold
  const sockets = sizeOfGroup(connections, groups, group)
  const holdFrom = rampMs(hold) + SETTLE_MS
  const apart = (Math.min(ping, duration) * 1000) / Math.max(1, sockets)
  // Groups ping in turn too, so that they don't all do it in the same millisecond.
  const offset = (apart * group) / groups
  return {
    sockets,
    openAt: (socket) => (placeInOrder(groups, group, socket) / rate) * 1000,
    holdFrom,
    holdTo: holdFrom + duration * 1000,
    pings: roundsOf(hold) * sockets,
    pingAt: (n) => holdFrom + n * apart + offset,
    closeAfter: (socket) => (placeInOrder(groups, group, socket) / connections) * closingMs(hold),
  }
}
