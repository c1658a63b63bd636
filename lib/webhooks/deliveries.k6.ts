/** Webhooks that are there before the load, and the count of what has reached the webhooks of a run when it is over. */
import { sleep } from 'k6'
import exec from 'k6/execution'
import { isObject, readJson } from '../base/json.ts'
import { stop, warn } from '../base/speak.k6.ts'
import type { Asker } from '../endpoint/endpoint.ts'
import { eventsLost, eventsTwice, eventsVerified } from '../metrics/metrics.k6.ts'
import { missingPlaces, placeInSeries, typesOf, Webhooks } from './events.ts'
import { readWebhooks } from './list.ts'

/** Webhooks that one page lists when all are looked through. */
const PAGE = 100
/** Seconds between two looks at a webhook that has not got all its events yet. */
const PAUSE = 0.2

/** For setup(): ids of webhooks that get no events. Stops the run with the reason where one cannot be made. */
export function makeWebhooks(traffic: Asker, count: number): string[] {
  const webhooks = traffic.vuState.of(Webhooks)
  return Array.from({ length: count }, () => {
    const wrong = traffic.ask('webhook_create')
    if (wrong !== undefined) stop(`no webhook could be made: the answer ${wrong}`)
    return webhooks.newest?.id ?? ''
  })
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
 * @returns lost: events that were due to those that it lists no more
 */
function webhooksOfRun(traffic: Asker, dues: readonly number[]): { found: Due[]; lost: number } {
  const found: Due[] = []
  const types: string[] = []
  const own = typesOf(traffic.vuState.run)
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const call = { query: `limit=${PAGE}&offset=${offset}` }
    const page = traffic.look('webhook_list', call, (body) => readWebhooks(body, offset, PAGE))
    if (page === undefined) {
      warn(`webhooks from ${offset} on were not counted`)
      return { found, lost: 0 }
    }
    for (const { id, events } of page.items) {
      const type = String(events[0])
      if (!type.startsWith(own)) continue
      types.push(type)
      const due = dues[placeInSeries(type) ?? -1]
      if (due !== undefined) found.push({ id, due })
    }
    total = page.total
  }
  const lost = missingPlaces(types, dues.length).reduce((sum, place) => sum + (dues[place] ?? 0), 0)
  return { found, lost }
}

/** What a webhook has got; undefined where the gateway does not say. */
export function deliveredTo(traffic: Asker, id: string): { delivered: number; failed: number; pending: number } | undefined {
  return traffic.look('webhook_stats', { params: { id } }, (body) => {
    const stats = readJson(body)
    const { delivered, failed, pending } = isObject(stats) ? stats : {}
    return typeof delivered === 'number' && typeof failed === 'number' && typeof pending === 'number'
      ? { delivered, failed, pending }
      : 'is not {"delivered":…,"failed":…,"pending":…}'
  })
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
    eventsVerified.add(due)
    if (got.delivered < due) eventsLost.add(due - got.delivered)
    const all = got.delivered + got.failed + got.pending
    if (all > due) eventsTwice.add(all - due)
  }
}
