/** Webhooks that are there before the load, and the count of what has reached the webhooks of a run when it is over. */
import { sleep } from 'k6'
import exec from 'k6/execution'
import { isObject, readJson } from '../base/json.ts'
import { stop, warn } from '../base/speak.k6.ts'
import type { Asker } from '../endpoint/endpoint.ts'
import { eventsLost, eventsTwice, eventsVerified } from '../metrics/metrics.k6.ts'
import { placeInSeries, typesOf, Webhooks } from './events.ts'
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

/** A webhook of a series, and how many events the series has published to it. */
interface Due {
  id: string
  due: number
}

/** The gateway's webhooks that belong to series of this run; those of other runs are passed over. */
function webhooksOfRun(traffic: Asker, dues: readonly number[]): Due[] {
  const found: Due[] = []
  const own = typesOf(traffic.vuState.run)
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const call = { query: `limit=${PAGE}&offset=${offset}` }
    const page = traffic.look('webhook_list', call, (body) => readWebhooks(body, offset, PAGE))
    if (page === undefined) {
      warn(`webhooks from ${offset} on were not counted`)
      return found
    }
    for (const { id, events } of page.items) {
      const type = String(events[0])
      const due = type.startsWith(own) ? dues[placeInSeries(type) ?? -1] : undefined
      if (due !== undefined) found.push({ id, due })
    }
    total = page.total
  }
  return found
}

/** What a webhook has got; undefined where the gateway does not say. */
export function deliveredTo(traffic: Asker, id: string): { delivered: number; pending: number } | undefined {
  return traffic.look('webhook_stats', { params: { id } }, (body) => {
    const stats = readJson(body)
    const { delivered, pending } = isObject(stats) ? stats : {}
    return typeof delivered === 'number' && typeof pending === 'number'
      ? { delivered, pending }
      : 'is not {"delivered":…,"pending":…}'
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
  for (const { id, due } of webhooksOfRun(traffic, dues)) {
    let got = deliveredTo(traffic, id)
    while (got !== undefined && (got.delivered < due || got.pending > 0) && Date.now() < until) {
      sleep(PAUSE)
      got = deliveredTo(traffic, id)
    }
    if (got === undefined) continue
    eventsVerified.add(due)
    if (got.delivered < due) eventsLost.add(due - got.delivered)
    if (got.delivered + got.pending > due) eventsTwice.add(got.delivered + got.pending - due)
  }
}
