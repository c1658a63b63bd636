/** From the compared rows to a finding in words. Pure. */
import { valueText } from '../../lib/summary/wording.ts'
import { count } from '../base/figures.ts'
import type { Reconciliation, ReconciliationRow } from './reconciliation-model.ts'

type Finding = Pick<Reconciliation, 'finding' | 'sentences' | 'advice'>

const number = (value: number): string => valueText(value, 'count', 12)
const sum = (rows: readonly ReconciliationRow[], of: (row: ReconciliationRow) => number): number =>
  rows.reduce((all, row) => all + of(row), 0)

const THEIRS =
  'Others may send to this gateway: what it counted beyond this run is taken for theirs, and may as well have been sent again on the way.'

/** Requests of the probe that may be cut off at the end of a run before they arrive. */
const ON_THE_WAY = 2

/** Endpoints that share a route can be many. */
const NAMED = 4
function placeText({ endpoints, routes }: ReconciliationRow): string {
  const more = endpoints.length - NAMED
  const names = endpoints.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
  if (routes.length === 0) return names === '' ? 'Routes that this run sent nothing to' : `${names} (no route of that name)`
  return `${names} (${routes.join(', ')})`
}

function elsewhere(row: ReconciliationRow): string {
  const { k6, probe, unanswered, counted, statuses } = row
  const answers = k6 + probe - unanswered
  const place = placeText(row)
  // As many as were sent, but not the same ones: somebody has changed them.
  if (answers <= counted && statuses.length > 0)
    return `${place}: ${statuses.map(({ status, got, counted }) => `${number(got)} answers came with status ${status}, and the gateway counted ${number(counted)} such`).join('; ')}.`
  return `${place}: ${number(answers)} answers came and the gateway counted ${number(counted)}: ${number(row.elsewhere)} came from somewhere else.`
}

const twice = (row: ReconciliationRow): string =>
  `${placeText(row)}: this run sent ${number(row.k6 + row.probe)} requests and the gateway counted ${number(row.counted)}: ${number(row.extra)} were counted twice, or somebody else sent them.`
const lost = (row: ReconciliationRow): string =>
  `${placeText(row)}: ${number(row.lost)} of the ${number(row.unanswered)} requests without an answer never reached the gateway.`

/** That requests never arrived and k6 knows of no error does not go together: one of the two has not told the truth. */
const contradiction = (row: ReconciliationRow): string =>
  `${placeText(row)}: ${number(row.lost)} requests never reached the gateway, and k6 saw none of its own fail.`

const NOT_HERE =
  'Find what answers before the gateway does (a cache, a proxy, one of several processes whose counters the others do not share). If the gateway counts these under another name, say so: route of the endpoint, or reconciliation, in the target file; of what its counter cannot see, say `"route": false`.'
const HANDSHAKES =
  'A counter in the middleware of a gateway may not see WebSocket handshakes that were refused (Starlette\'s never does). If that is so here, say `"route": false` of these endpoints in the target file. '
const TWICE =
  'Find what sends again on the way (retries of a proxy, a mirror). If others use this gateway as well, take reconciliation.exclusive out of the target file.'
const LOST = 'They failed on the way to the gateway: look at what stands before it, and at its backlog of connections.'

const ofHandshakes = ({ endpoints }: ReconciliationRow): boolean => endpoints.some((name) => /^websocket\b/.test(name))

export function findingOf(rows: readonly ReconciliationRow[], counter: string, exclusive: boolean): Finding {
  const answers = sum(rows, (row) => row.k6 + row.probe - row.unanswered)
  const counted = sum(rows, (row) => row.counted)
  if (answers > 0 && counted === 0)
    return {
      finding: 'not-reconciled',
      sentences: [`${number(answers)} answers came while the gateway's own counter ${counter} stood still.`],
      advice:
        'Either its metrics are frozen or cached, or something else answers in its place: look at its page of metrics while a load runs. Where that cannot be mended, say `reconciliation: false` in the target file.',
    }
  const by = (of: (row: ReconciliationRow) => number): ReconciliationRow[] =>
    rows.filter((row) => of(row) > 0).sort((a, b) => of(b) - of(a))
  const missing = by((row) => row.elsewhere)
  const extra = by((row) => row.extra)
  const unreached = by((row) => row.lost)
  const notes = unreached.map(lost)
  const denied = unreached.filter((row) => row.lost > ON_THE_WAY && row.unansweredK6 === 0)
  if (denied.length > 0 && missing.length === 0 && !(exclusive && extra.length > 0))
    return { finding: 'not-reconciled', sentences: denied.map(contradiction), advice: LOST }
  if (missing.length > 0 || (exclusive && extra.length > 0))
    return {
      finding: 'not-reconciled',
      sentences: [...missing.map(elsewhere), ...(exclusive ? extra.map(twice) : []), ...notes],
      advice: missing.length === 0 ? TWICE : `${missing.some(ofHandshakes) ? HANDSHAKES : ''}${NOT_HERE}`,
    }
  const [ofK6, ofProbe] = [sum(rows, (row) => row.k6), sum(rows, (row) => row.probe)]
  const requests = ofK6 + ofProbe
  // The summary counts k6's only: two figures that differ need a word.
  const whose = ofProbe > 0 ? ` (${number(ofK6)} of k6, ${number(ofProbe)} of the control probe)` : ''
  const others = sum(extra, (row) => row.extra)
  const uncounted = Math.max(0, requests - sum(unreached, (row) => row.lost) - counted)
  return {
    finding: 'reconciled',
    sentences: [
      unreached.length === 0 && uncounted === 0
        ? `The gateway counted each of the ${count(requests, 'request')} of this run${whose}${others > 0 ? `, and ${number(others)} of others` : ''}.`
        : `The gateway counted each of the ${count(answers, 'answer')} of this run${others > 0 ? `, and ${count(others, 'request')} of others` : ''}.`,
      ...(others > 0 ? [THEIRS] : []),
      ...notes,
    ],
    advice: notes.length > 0 ? LOST : '',
  }
}
