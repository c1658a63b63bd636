/** Many connections shared out over VUs: each group of them lives on the event loop of one. Pure. */

/** As many groups for each k6 instance. */
export const groupsOf = (connections: number, most: number, instances: number): number =>
  Math.ceil(Math.ceil(connections / most) / instances) * instances

/** Connections of a group; they are dealt out in turn, so groups differ by one at most. */
export const sizeOfGroup = (connections: number, groups: number, group: number): number =>
  Math.max(0, Math.ceil((connections - group) / groups))

/** Place of connection `n` of a group in the order of all of them. */
export const placeInOrder = (groups: number, group: number, n: number): number => group + n * groups
