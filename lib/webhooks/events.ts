/**
 * Which events which webhook must get. A VU publishes to webhooks of its own and knows what each of them is due,
 * so that every statistic it asks for can be checked to the event.
 */
import type { VuState } from '../endpoint/vu-state.ts'

export interface Webhook {
  id: string
  /** Event types that it has subscribed to. */
  types: readonly string[]
  /** Events that it must have got. */
  due: number
  /** Events whose publishing was not answered correctly: it may have got them. */
  maybe: number
}

/** Beginning of the event types that a run publishes. */
export const typesOf = (run: string): string => `lg.${run}.`

/** Where in a series a webhook stands, out of a type it has subscribed to first; undefined for those of no series. */
export function placeInSeries(type: string): number | undefined {
  const place = /\.s([1-9]\d*)\.(\d+)$/.exec(type)?.[2]
  return place === undefined ? undefined : Number(place)
}

/** Whether a webhook of this run has types that it can have been made with; where the one before was not made, it has one alone. */
export function hasItsTypes([type = '', before, ...more]: readonly string[]): boolean {
  if (before === undefined) return true
  const [end = ''] = /\d+$/.exec(type) ?? []
  return more.length === 0 && before === `${type.slice(0, type.length - end.length)}${Number(end) - 1}`
}

/** What a webhook is known by: one of a series by its numbers, which no two VUs of an instance share, others by their own type. */
const keyOf = (type: string): string => /\.s[1-9]\d*\.\d+$/.exec(type)?.[0] ?? type

/**
 * Webhooks of a run that were made and are listed no more, each by a type or the end of one. Who has a second type has it of the webhook before,
 * which was there then. The series of an instance are numbered from 1 without a gap, as they begin; the last that is listed may have been cut off.
 * @param webhooks types of those that are listed, of this run
 * @param places webhooks of a series
 */
export function missingWebhooks(webhooks: readonly (readonly string[])[], places: number): string[] {
  const listed = new Set(webhooks.map(([type = '']) => keyOf(type)))
  const due = new Set<string>()
  let last = 0
  for (const [type = '', before] of webhooks) {
    if (before !== undefined) due.add(keyOf(before))
    last = Math.max(last, Number(/\.s(\d+)\.\d+$/.exec(type)?.[1] ?? 0))
  }
  for (let series = 1; series < last; series++) for (let place = 0; place < places; place++) due.add(`.s${series}.${place}`)
  return [...due].filter((key) => !listed.has(key))
}

const NONE: readonly Webhook[] = []

/**
 * Webhooks that one VU has made last. Webhook n subscribes to types n and n-1, and events go to types n and n-1 in turn:
 * one webhook gets the one, two get the other.
 */
export class Webhooks {
  /** Those that setup() made, which get no events: for statistics of a VU that has made none itself. */
  pool: readonly string[] = []
  newest: Webhook | undefined
  previous: Webhook | undefined
  /** All that this VU has ever made. */
  count = 0
  /** Where they deliver to, as setup() or this VU has made them. */
  url: string | undefined
  #series = 0
  #made = 0
  #published = 0
  /** Types of a webhook that was asked for without an answer so far. */
  #asked: readonly string[] | undefined
  /** Webhooks that an event was published to without an answer so far. */
  #open: readonly Webhook[] = NONE

  /**
   * From here on, events reach webhooks made from here on; they are numbered from 0.
   * @param series number of the series that they are, from 1
   */
  begin(series: number): void {
    this.#series = series
    this.#drop()
  }

  #drop(): void {
    this.#made = 0
    this.#published = 0
    this.newest = undefined
    this.previous = undefined
    this.#asked = undefined
    this.#open = NONE
  }

  /** Types of the next webhook. */
  nextTypes({ run, vu }: VuState): readonly string[] {
    this.#avoidGhost()
    const place = this.#made++
    const type = (at: number) => `${typesOf(run)}${vu}.s${this.#series}.${at}`
    this.#asked = this.newest === undefined ? [type(place)] : [type(place), type(place - 1)]
    return this.#asked
  }

  /** The webhook that was asked for is there. */
  made(id: string, url: string): void {
    this.count++
    this.url = url
    this.previous = this.newest
    this.newest = { id, types: this.#asked ?? [], due: 0, maybe: 0 }
    this.#asked = undefined
  }

  /** A webhook that may be there without our knowing it gets events that nobody counts: its types are left alone. */
  #avoidGhost(): void {
    if (this.#asked === undefined) return
    const made = this.#made
    this.#drop()
    this.#made = made
  }

  /** Type of the next event, and how many webhooks it must match. */
  nextEvent(vuState: VuState): { type: string; matched: number } {
    // Asked here: a call costs more than what it mostly finds.
    if (this.#open !== NONE) this.settle()
    if (this.#asked !== undefined) this.#avoidGhost()
    const { newest, previous } = this
    if (newest === undefined) return { type: `${typesOf(vuState.run)}${vuState.vu}.nobody`, matched: 0 }
    // By number: to walk a list in k6's engine costs more than all else that is done here.
    const { types } = newest
    const before = types[1]
    if (this.#published++ % 2 === 1 && before !== undefined && previous !== undefined) {
      this.#open = [newest, previous]
      return { type: before, matched: 2 }
    }
    this.#open = [newest]
    return { type: types[0] ?? '', matched: 1 }
  }

  published(): void {
    const open = this.#open
    for (let i = 0; i < open.length; i++) (open[i] as Webhook).due++
    this.#open = NONE
  }

  /** What was published and not answered correctly has reached its webhooks, or has not. */
  settle(): void {
    const open = this.#open
    for (let i = 0; i < open.length; i++) (open[i] as Webhook).maybe++
    this.#open = NONE
  }
}
