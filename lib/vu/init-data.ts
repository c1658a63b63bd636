/**
 * What the first pass of a script works out for the VUs. It crosses over as texts, each read only when a VU needs it:
 * what every VU keeps, a thousand keep a thousand times.
 */
import type { Options } from 'k6/options'
import type { AuthPlan } from '../auth/auth.ts'
import type { Settings } from '../base/settings.ts'
import type { Target } from '../target/target.ts'
import type { Window } from '../windows/workload.ts'
import { type Order, orderText, readOrder } from './columns.ts'
import type { Greeting, Prepared, RequestTemplate } from './requests.ts'
import type { Schedule } from './schedule.ts'

export interface WindowWaits {
  /** Limits by the value of their tag `limit`, in milliseconds. */
  limits: readonly (readonly [string, number])[]
  /** No number of requests is planned: answers in time are counted, too. */
  every?: true
}

/** Which answers of one endpoint are late. */
export interface Waits {
  /** No answer that was waited for less is of interest to any window. */
  from: number
  /** Answers of which one is counted: where users do not pause, each costs more than it tells. */
  one_in?: number
  windows: Readonly<Record<string, WindowWaits>>
}

/** What every VU needs to send anything. */
export interface Sending {
  auth: AuthPlan
  /** Seconds. */
  timeout: number
  greeting: Greeting
  /** The content of one answer in so many is checked; absent where that of all is. */
  checkEvery?: number
  proto?: NonNullable<Settings['EXPECT_PROTO']>
  /** A window whose schedule is that of all of them: then a VU need not ask k6, each time, which one it is in. */
  everywhere?: string
  /** Hosts that a VU keeps connections to; absent where there is one. */
  hosts?: number
}

export interface InitData<S> {
  settings: Settings
  size: S
  /** Without `has`, which is no JSON: names of endpoints that are not there. */
  target: Omit<Target, 'has'> & { absent: readonly string[] }
  windows: readonly Window[]
  /** k6's options as the script has asked for them: setup() compares them with those of the run. */
  asked: Options
  /** Endpoints that the limits let the gateway shed: after the load they are asked whether they serve again. */
  comeback: readonly string[]
  /** What nothing may say that anybody reads. */
  secrets: readonly string[]
  sending: Sending
  /** For the pass that writes the summary; nobody else reads it. */
  summary: unknown
  /** By window. */
  schedules: Readonly<Record<string, Schedule>>
  /** By endpoint. */
  waits: Readonly<Record<string, Waits>>
  /** By endpoint. */
  templates: Readonly<Record<string, RequestTemplate>>
  requests: Readonly<Record<string, readonly Prepared[]>>
}

type Part = Exclude<keyof InitData<unknown>, 'requests' | 'templates' | 'schedules' | 'waits'>

const scheduleKey = (window: string) => `schedule ${window}`
const waitsKey = (endpoint: string) => `waits ${endpoint}`
const orderKey = (endpoint: string) => `order ${endpoint}`

/** As texts: the first one names all others, a line each. */
export function toTexts(initData: InitData<unknown>): string[] {
  const { schedules, waits, templates, requests, ...parts } = initData
  const names: string[] = []
  const texts: string[] = []
  const put = (name: string, text: string) => {
    names.push(name)
    texts.push(text)
  }
  for (const [name, part] of Object.entries(parts)) put(name, JSON.stringify(part))
  for (const [window, schedule] of Object.entries(schedules)) put(scheduleKey(window), JSON.stringify(schedule))
  for (const [endpoint, of] of Object.entries(waits)) put(waitsKey(endpoint), JSON.stringify(of))
  for (const [endpoint, template] of Object.entries(templates))
    put(orderKey(endpoint), orderText(template, requests[endpoint] ?? []))
  return [names.join('\n'), ...texts]
}

/** Reads it part by part; nothing is remembered, so whoever asks keeps what it needs. */
export interface InitDataReader<S> {
  read<K extends Part>(part: K): InitData<S>[K]
  /** Undefined for what is no window of this run. */
  schedule(window: string): Schedule | undefined
  /** Which answers of an endpoint are late; undefined where no gated window sends to it. */
  waits(endpoint: string): Waits | undefined
  /** What an endpoint sends; undefined for one that this run has no requests for. */
  order(endpoint: string): Order | undefined
  /** What every endpoint sends, as texts. */
  orders(): string[]
}

export function readerOf<S>(textAt: (index: number) => string): InitDataReader<S> {
  const names = textAt(0).split('\n')
  const at = <T>(name: string, read: (text: string) => T): T | undefined => {
    const index = names.indexOf(name)
    return index < 0 ? undefined : read(textAt(index + 1))
  }
  return {
    // Every part is always there.
    read: <K extends Part>(part: K) => at(part, JSON.parse) as InitData<S>[K],
    schedule: (window) => at<Schedule>(scheduleKey(window), JSON.parse),
    waits: (endpoint) => at<Waits>(waitsKey(endpoint), JSON.parse),
    order: (endpoint) => at(orderKey(endpoint), readOrder),
    orders: () => names.flatMap((name, index) => (name.startsWith(orderKey('')) ? [textAt(index + 1)] : [])),
  }
}
