/** Webhooks that are there before the load, and the count of what has reached the webhooks of a run when it is over. */
import { sleep } from 'k6'
import exec from 'k6/execution'
import { stop, warn } from '../base/speak.k6.ts'
import type { Asker } from '../endpoint/endpoint.ts'
import { eventsLost, eventsTwice, eventsVerified } from '../metrics/metrics.k6.ts'
import { missingWebhooks, placeInSeries, typesOf, Webhooks } from './events.ts'
import { listedWrongly, readWebhooks } from './list.ts'
import { readStats, type Stats } from './webhooks.ts'

/** Webhooks that one page lists when all are looked through. */
const PAGE = 100
/** Seconds between two looks at a webhook that has not got all its events yet. */
const PAUSE = 0.2

/** For setup(): webhooks that get no events, and where they deliver to. Stops the run with the reason where one cannot be made. */
export function makeWebhooks(traffic: Asker, count: number): Pick<Webhooks, 'pool' | 'url'> {
  const webhooks = traffic.vuState.of(Webhooks)
  const pool = Array.from({ length: count }, () => {
    const wrong = traffic.ask('webhook_create')
    if (wrong !== undefined) stop(`no webhook could be made: the answer ${wrong}`)
    return webhooks.newest?.id ?? ''
  })
  return { pool, url: webhooks.url }
}

/** From here on a VU's events reach webhooks that it makes from here on, which are those of this iteration. */
export function beginSeries(traffic: Asker): void {
  traffic.vuState.of(Webhooks).begin(exec.scenario.iterationInInstance + 1)
}

/** A webhook of a series, and how many events the series has published to it. */
interface Due {
  id: string
  due: number
}

/**
 * The gateway's webhooks that belong to series of this run; those of other runs are passed over.
 * @returns lost: events that were due to those that it lists no more, at least
 */
function webhooksOfRun(traffic: Asker, dues: readonly number[]): { found: Due[]; lost: number } {
  const found: Due[] = []
  const listed: string[][] = []
  const { run } = traffic.vuState
  const { url } = traffic.vuState.of(Webhooks)
  const own = typesOf(run)
  /** Where the list moves meanwhile, one may stand on two pages. */
  const seen = new Set<string>()
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const call = { query: `limit=${PAGE}&offset=${offset}` }
    const page = traffic.look('webhook_list', call, (body) => {
      const read = readWebhooks(body, offset, PAGE)
      return typeof read === 'string' ? read : (listedWrongly(read.items, run, url) ?? read)
    })
    if (page === undefined) {
      warn(`webhooks from ${offset} on were not counted`)
      return { found, lost: 0 }
    }
    for (const { id, events } of page.items) {
      const type = String(events[0])
      if (!type.startsWith(own) || seen.has(id)) continue
      seen.add(id)
      listed.push(events)
      const due = dues[placeInSeries(type) ?? -1]
      if (due !== undefined) found.push({ id, due })
    }
    total = page.total
  }
  const missing = missingWebhooks(listed, dues.length)
  if (missing.length > 0) warn(`${missing.length} webhooks that were made are listed no more, such as that of ${missing[0]}`)
  // What those of no series were due is known to nobody here: one event at least, since each is made to get some.
  const lost = missing.reduce((sum, key) => sum + (dues[placeInSeries(key) ?? -1] ?? 1), 0)
  return { found, lost }
}

/** What a webhook has got; undefined where the gateway does not say. */
export const deliveredTo = (traffic: Asker, id: string): Stats | undefined =>
  traffic.look('webhook_stats', { params: { id } }, (body) => readStats(body, id))

/** Counts what a webhook has got against what it is due. */
export function countDeliveries({ delivered, failed, pending }: Stats, due: number): void {
  eventsVerified.add(due)
  if (delivered < due) eventsLost.add(due - delivered)
  const all = delivered + failed + pending
  if (all > due) eventsTwice.add(all - due)
}

/** Waits for the last iterations of the load: what they are about to make would not be found. */
function waitForQuiet(until: number): void {
  while (exec.instance.vusActive > 1 && Date.now() < until) sleep(PAUSE)
}

/**
 * Counts once the load is over what each webhook of a series has got.
 * @param dues events that the first, second, … webhook of a series is due
 * @param patience seconds that deliveries under way, and the last iterations of the load, may still take
 */
export function verifyDeliveries(traffic: Asker, dues: readonly number[], patience: number): void {
  const until = Date.now() + patience * 1000
  waitForQuiet(until)
  const { found, lost } = webhooksOfRun(traffic, dues)
  if (lost > 0) eventsLost.add(lost)
  for (const { id, due } of found) {
    let got = deliveredTo(traffic, id)
    while (got !== undefined && (got.delivered < due || got.pending > 0) && Date.now() < until) {
      sleep(PAUSE)
      got = deliveredTo(traffic, id)
    }
    if (got === undefined) continue
    countDeliveries(got, due)
  }
}
