/** Holds what was sent against what the gateway has counted, route by route. Pure. */
import type { Place } from '../../lib/run/reconciliation.ts'
import type { Counted } from './counters.ts'
import type { ReconciliationRow } from './reconciliation-model.ts'
import type { Sent } from './sent.ts'

/** Answers that a server gives before it knows a route, and therefore may not count. */
const BEFORE_A_ROUTE = [408, 414, 431]
/** A path that cannot even be read is answered 400 without a route. */
const EARLY = [400, ...BEFORE_A_ROUTE]
/** nginx's word for a client that left before its answer was whole; others have taken it over. */
const CLIENT_GONE = '499'

export interface Tolerance {
  /** Iterations that k6 cut off at the end of a window: it does not count the request that each had under way. */
  interrupted: number
  /** Requests that k6 counted and had not pushed when it ended. */
  unpushed: number
}

/** Requests whose counts cannot be told from each other, and the routes they go to. */
interface Group {
  endpoints: string[]
  routes: string[]
}

/** `/users/:id`, `/users/{id}` and `/users/<id>` are one route. */
const plain = (route: string): string => route.replace(/:\w+|\{[^/}]*\}|<[^/>]*>/g, '*')

/** Names that share a route, or the routes that share a name, are one group. */
function groupsOf(places: Readonly<Record<string, readonly string[]>>): Group[] {
  const groups: Group[] = []
  for (const [name, routes] of Object.entries(places)) {
    const joined = groups.filter((group) => group.routes.some((route) => routes.includes(route)))
    const all = [...joined.flatMap((group) => group.routes), ...routes]
    const one = { endpoints: [...joined.flatMap(({ endpoints }) => endpoints), name], routes: [...new Set(all)] }
    groups.splice(0, groups.length, ...groups.filter((group) => !joined.includes(group)), one)
  }
  return groups
}

const total = (of: readonly { count: number }[]): number => of.reduce((sum, { count }) => sum + count, 0)

/** The status as the counter writes it. */
const writtenAs = (status: number, classes: boolean): string => (classes ? `${Math.floor(status / 100)}xx` : String(status))

/** `200` and `2XX` as `2xx`. */
const inClass = (status: string): string => status.toLowerCase().replace(/^(\d)\d\d$/, '$1xx')

function tooOften(sent: readonly Sent[], counted: readonly Counted[], early: readonly number[]): ReconciliationRow['statuses'] {
  if (counted.every(({ status }) => status === '')) return []
  const told = sent.filter(({ status, socket, known }) => !socket && status !== 0 && known !== 'answered')
  const classes = counted.some(({ status }) => /^\dxx$/i.test(status)) || told.some(({ known }) => known === 'class')
  const statuses = [...new Set(told.map(({ status }) => status))]
  const byWritten = new Map<string, number[]>()
  for (const status of statuses.filter((one) => !early.includes(one))) {
    const written = writtenAs(status, classes)
    byWritten.set(written, [...(byWritten.get(written) ?? []), status])
  }
  return [...byWritten].flatMap(([written, of]) => {
    const got = total(told.filter(({ status }) => of.includes(status)))
    const there = total(counted.filter(({ status }) => (classes ? inClass(status) : status) === written))
    return got > there ? [{ status: of[0] ?? 0, got, counted: there }] : []
  })
}

/** With what was counted there beyond the answers that must have been: it may have been sent by who has no place. */
type Row = ReconciliationRow & { free: number }

function rowOf(group: Group, sent: readonly Sent[], counted: readonly Counted[], tolerance: Tolerance, early: number[]): Row {
  const all = total(sent)
  const unanswered = total(sent.filter(({ status }) => status === 0))
  const uncounted = total(sent.filter(({ status }) => early.includes(status)))
  const there = total(counted)
  const gone = total(counted.filter(({ status }) => status === CLIENT_GONE))
  const differing = tooOften(sent, counted, early)
  // An answer that broke off had a status for k6 and no end for the gateway.
  const byStatus = differing.reduce((sum, { got, counted }) => sum + got - counted, 0) - gone
  const statuses = byStatus > 0 ? differing : []
  const elsewhere = Math.max(0, all - unanswered - uncounted - there, byStatus)
  const slack = tolerance.interrupted + tolerance.unpushed + Math.max(0, gone - unanswered)
  return {
    ...group,
    k6: total(sent.filter(({ by }) => by === 'k6')),
    probe: total(sent.filter(({ by }) => by === 'probe')),
    unanswered,
    unansweredK6: total(sent.filter(({ by, status }) => by === 'k6' && status === 0)),
    counted: there,
    elsewhere,
    lost: elsewhere > 0 ? 0 : Math.max(0, Math.min(unanswered, all - uncounted - there)),
    extra: Math.max(0, there - all - slack),
    statuses,
    free: Math.max(0, there - (all - unanswered - uncounted)),
  }
}

/** A path that climbs has no route of its own, but may end on any: what is too much there has come from here. */
const settle = (astray: Row, rows: readonly Row[]): Row[] => take(astray, rows, ({ counted, k6, probe }) => counted - k6 - probe)

/** @param spare what a row has that may be the astray one's */
function take(astray: Row, rows: readonly Row[], spare: (row: Row) => number): Row[] {
  const own = { ...astray }
  const others = rows.map((row) => {
    const taken = Math.max(0, Math.min(own.elsewhere, spare(row)))
    own.elsewhere -= taken
    own.counted += taken
    return { ...row, counted: row.counted - taken, extra: Math.max(0, row.extra - taken), free: Math.max(0, row.free - taken) }
  })
  return [...others, own.elsewhere > 0 ? own : { ...own, statuses: [] }]
}

/** What nobody knows the place of is where there is too much, and else where some may be missing without being missed. */
function settlePlaceless(placeless: Row, rows: readonly Row[]): Row[] {
  const settled = settle(placeless, rows)
  const left = settled.at(-1)
  return left === undefined ? settled : take(left, settled.slice(0, -1), ({ free }) => free)
}

/** Requests that the gateway has not counted, as far as anybody knows. */
const open = (row: Row | undefined): number => (row === undefined ? 0 : Math.max(0, row.k6 + row.probe - row.counted))

/** @param vague requests of a path that climbs which may have been refused as unreadable, or counted under any route: nobody knows their status */
function explained(rows: readonly Row[], vague: number): Row[] {
  let left = vague
  return rows.map((row) => {
    const taken = Math.min(left, row.extra)
    left -= taken
    return { ...row, extra: row.extra - taken }
  })
}

/**
 * @param places where requests of each name go; names without one, and those whose routes the gateway has never counted, are
 * held together against what it counted under routes that are nobody's: a path that does not exist has no route of its own
 */
export function compareCounts(
  places: Readonly<Record<string, readonly Pick<Place, 'method' | 'route'>[]>>,
  sent: readonly Sent[],
  counted: readonly Counted[],
  tolerance: Tolerance,
): ReconciliationRow[] {
  const hasMethods = counted.some(({ method }) => method !== '')
  const hasRoutes = counted.some(({ route }) => route !== '')
  const keyOf = ({ method, route }: { method: string; route: string }): string =>
    `${hasMethods ? `${method} ` : ''}${hasRoutes ? plain(route) : ''}`
  const known = new Set(counted.map(keyOf))
  const names = new Set(sent.map(({ endpoint }) => endpoint))
  const used = Object.fromEntries(
    [...names].flatMap((name) => {
      const routes = (places[name] ?? []).map(keyOf)
      return routes.some((route) => known.has(route)) ? [[name, routes]] : []
    }),
  )
  const written = new Map(counted.map((one) => [keyOf(one), `${one.method} ${one.route}`.trim() || 'all routes']))
  const groups = groupsOf(used)
  const rows = groups.map((group) =>
    rowOf(
      { endpoints: group.endpoints, routes: group.routes.flatMap((route) => written.get(route) ?? []) },
      sent.filter(({ endpoint }) => group.endpoints.includes(endpoint)),
      counted.filter((one) => group.routes.includes(keyOf(one))),
      tolerance,
      BEFORE_A_ROUTE,
    ),
  )
  const placeless = [...names].filter((name) => places[name] === undefined)
  const rest = [...names].filter((name) => used[name] === undefined && places[name] !== undefined)
  const taken = new Set(groups.flatMap(({ routes }) => routes))
  const nobodys = counted.filter((one) => !taken.has(keyOf(one)) && one.count > 0)
  const without = (endpoints: string[], counted: readonly Counted[]): Row => {
    const own = sent.filter(({ endpoint }) => endpoints.includes(endpoint))
    return rowOf({ endpoints, routes: [] }, own, counted, tolerance, EARLY)
  }
  const placed = rest.length === 0 && nobodys.length === 0 ? rows : settle(without(rest, nobodys), rows)
  const all = placeless.length === 0 ? placed : settlePlaceless(without(placeless, []), placed)
  const vague = total(sent.filter(({ endpoint, status, known }) => rest.includes(endpoint) && known && EARLY.includes(status)))
  return explained(all, Math.min(vague, open(placed.at(-1)))).map(({ free: _, ...row }) => row)
}
