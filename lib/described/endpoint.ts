/**
 * An endpoint described as data: what it sends and what a valid answer is, in a target file or in code. Pure; the first pass of a script has
 * checked the description and read its files (`describe.ts`), a VU makes the endpoint of it when it first sends to it.
 */

import { isObject, readJson } from '../base/json.ts'
import type { Answer, Call, Session, SessionEndpoint, TokenForm } from '../endpoint/endpoint.ts'
import type { Variety } from '../endpoint/quick-check.ts'
import type { VuState } from '../endpoint/vu-state.ts'
import { type Draw, drawOf, type ValueSources } from './draws.ts'
import { type Check, checkOf, type Expectation, looksAtBody } from './expectation.ts'
import type { EndpointSpec, PlanEndpoint } from './in-code.ts'
import { readPath, valueAt } from './json-path.ts'
import { show } from './matchers.ts'
import { type Bindings, jsonTemplate, placeholdersIn, textTemplate, valueTemplate } from './template.ts'

/** A description, checked: lists are read, ranges expanded, references resolved. JSON. */
export interface Described {
  name: string
  method: SessionEndpoint['method']
  /** With braces: `/orders/{id}`. */
  path: string
  /** Where it is, if not at the base URL of the target. */
  base_url?: string | undefined
  /** Route under which the gateway's own counter has it, if not its path; false: it does not count it. */
  counted_as?: string | false | undefined
  query?: Readonly<Record<string, string | number | boolean>> | undefined
  headers?: Readonly<Record<string, string>> | undefined
  /** JSON, or a text that is sent as it is. */
  body?: unknown
  auth: boolean
  /** What is made of the token before it is sent, by one who has no right to the endpoint. */
  token?: TokenForm | undefined
  status: readonly number[]
  values: ValueSources
  expect: Expectation
  /** Of a request that must be refused: an answer that this holds of is given to who has no right to it. */
  withheld?: Expectation | undefined
  /** Name -> path in the JSON body of the answer. */
  take: Readonly<Record<string, string>>
  seed: number
}

/** Values that a VU has taken from answers, by name. */
export class Taken {
  readonly values: Record<string, unknown> = {}
}

interface DescribedCall extends Call {
  bindings: Bindings
}

/** Different requests that a VU keeps, of an endpoint that sends values of lists only. */
const KEPT = 1000

/** Placeholders that an endpoint's requests are made of, in the order of their first places. */
export const placeholdersSent = ({
  path,
  query,
  headers,
  body,
}: Pick<Described, 'path' | 'query' | 'headers' | 'body'>): string[] =>
  placeholdersIn([path, query ?? {}, headers ?? {}, body ?? null])

/** What an expectation may name beside values and generators: members of the body and of the query, as they were sent. */
export function echoesOf({ body, query }: Pick<Described, 'body' | 'query'>): Readonly<Record<string, unknown>> {
  const members = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {}
  return { ...query, ...members }
}

/** `:id` for `{id}`: the path as reports and counters name it, and which placeholder each slot of it stands for. */
export function routeOf(path: string): { route: string; slots: readonly (readonly [slot: string, name: string])[] } {
  const slots: (readonly [string, string])[] = []
  const route = path.replace(/\{([a-z_]\w*)(:[^{}]*)?\}/gi, (_, name: string, argument = '') => {
    const times = slots.filter(([, known]) => known.split(':')[0] === name).length
    const slot = `${name}${times === 0 ? '' : times + 1}`
    slots.push([slot, name + argument])
    return `:${slot}`
  })
  return { route, slots }
}

/** How a VU makes the values of request number `turn`; undefined where a value is still to be taken from an answer. */
function bindingsOf(
  description: Described,
  vuState: VuState,
): { bind(turn: number): Bindings | undefined; period: number | undefined } {
  const { name, values, seed, withheld } = description
  const expect = withheld ?? description.expect
  const sender = { seed, endpoint: name, vu: vuState.vu, run: vuState.run }
  const taken = vuState.of(Taken).values
  const wanted = [
    ...new Set([
      ...placeholdersSent(description),
      ...placeholdersIn([expect.json ?? {}, expect.contains ?? [], expect.headers ?? {}]),
    ]),
  ]
  const echoed = echoesOf(description)
  // In lists of their own: k6's engine takes a microsecond to take a pair apart.
  const drawn: string[] = []
  const draws: Draw[] = []
  const later: string[] = []
  const echoing: string[] = []
  const echoes: ((bindings: Bindings) => unknown)[] = []
  let period: number | undefined = 1
  for (const placeholder of wanted) {
    const draw = drawOf(placeholder, values, sender, draws.length)
    if (draw !== undefined) {
      drawn.push(placeholder)
      draws.push(draw)
      const list = Object.hasOwn(values, placeholder) ? values[placeholder] : undefined
      period = typeof list === 'object' && period !== undefined ? period * list.length : undefined
    } else if (Object.hasOwn(echoed, placeholder)) {
      echoing.push(placeholder)
      echoes.push(valueTemplate(echoed[placeholder]))
    } else {
      later.push(placeholder)
      period = undefined
    }
  }
  return {
    period,
    bind(turn) {
      const bindings: Record<string, unknown> = {}
      for (let i = 0; i < later.length; i++) {
        const placeholder = later[i] as string
        if (!Object.hasOwn(taken, placeholder)) return undefined
        bindings[placeholder] = taken[placeholder]
      }
      for (let i = 0; i < draws.length; i++) bindings[drawn[i] as string] = (draws[i] as Draw)(turn)
      for (let i = 0; i < echoes.length; i++) bindings[echoing[i] as string] = (echoes[i] as (typeof echoes)[number])(bindings)
      return bindings
    },
  }
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

/** Makes the call of given values. */
function callMaker({ path, query, headers = {}, body }: Described): (bindings: Bindings, expect: string) => DescribedCall {
  const { slots } = routeOf(path)
  const queryOf =
    query &&
    Object.entries(query).map(([key, value]) => {
      const written = textTemplate(String(value))
      return (bindings: Bindings) => `${encodeURIComponent(key)}=${encodeURIComponent(written(bindings))}`
    })
  const bodyOf = body === undefined ? undefined : typeof body === 'string' ? textTemplate(body) : jsonTemplate(body)
  const sent = body !== undefined && typeof body !== 'string' ? { ...JSON_TYPE, ...headers } : headers
  const fixed = placeholdersIn(sent).length === 0
  const written = Object.entries(sent).map(([name, value]) => [name, textTemplate(value)] as const)
  const headersOf = (bindings: Bindings) => Object.fromEntries(written.map(([name, write]) => [name, write(bindings)]))
  const asText = (value: unknown): string => (typeof value === 'string' ? value : String(value))
  return (bindings, expect) => {
    // Requests with the same headers share them by object.
    const call: DescribedCall = { bindings, expect, headers: fixed ? sent : headersOf(bindings) }
    if (slots.length > 0) call.params = Object.fromEntries(slots.map(([slot, name]) => [slot, asText(bindings[name])]))
    if (queryOf !== undefined) call.query = queryOf.map((write) => write(bindings)).join('&')
    if (bodyOf !== undefined) call.body = bodyOf(bindings)
    return call
  }
}

/** Answers of a VU whose schema is validated whatever came before, and one in so many after those: it costs 20 times as much as reading them. */
export const SCHEMA_FIRST = 3
export const SCHEMA_ONE_IN = 20

/** Whatever the status: what only who has a right to it may see is not given away. */
function withheldBy(withheld: Expectation, name: string): Check {
  const { type: _, headers: __, ...body } = withheld
  if (!looksAtBody(body)) return () => undefined
  const check = checkOf(body, name)
  return (answer, bindings) =>
    check(answer, bindings) === undefined ? 'carries what only who has a right to it may see' : undefined
}

interface Checked {
  check: Check
  /** Whether the next answer is one of those that are read however they look. */
  due?: () => boolean
}

function withSampledSchema({ expect, withheld, name }: Described): Checked {
  if (withheld !== undefined) return { check: withheldBy(withheld, name) }
  if (expect.schema === undefined) return { check: checkOf(expect, name) }
  const { schema: _, ...rest } = expect
  const [whole, usual] = [checkOf(expect, name), checkOf(rest, name)]
  let first = SCHEMA_FIRST
  let drawn: boolean | undefined
  const draw = (): boolean => first > 0 || Math.random() * SCHEMA_ONE_IN < 1
  return {
    due() {
      drawn = draw()
      return drawn
    },
    check(answer, bindings) {
      const now = drawn ?? draw()
      drawn = undefined
      if (now) first--
      return (now ? whole : usual)(answer, bindings)
    },
  }
}

/** How valid answers are told without being read, once one was. */
interface Sight {
  variety?: Variety
  /** A valid answer that was read. */
  learn(body: string, expect: string): void
  /** What the answer is compared by, beside its text. */
  subjectOf(bindings: Bindings): string
}

/** Answers that later requests build on, and those that show no way to compare them. */
const READ_ALL: Sight = { learn: () => {}, subjectOf: () => '' }

/** Answers that a VU keeps to compare others with, and the longest of them. */
const MOST_SEEN = 200
const LONGEST_SEEN = 8192

/** Requests that come again: the answer that was right is right again, to the letter. */
function comparedBySight(): Sight {
  const seen = new Map<string, string>()
  return {
    variety: { known: (body, expect) => seen.get(expect) === body },
    learn(body, expect) {
      if (body.length <= LONGEST_SEEN && (seen.size < MOST_SEEN || seen.has(expect))) seen.set(expect, body)
    },
    subjectOf: () => '',
  }
}

/**
 * Requests that never come again, held to one value of their own: an answer is right that differs from one that was in this value, and in
 * words and numbers at the top that nothing is expected of.
 */
function comparedByShape({ expect }: Described): Sight {
  const { json = {}, contains = [] } = expect
  const own = placeholdersIn(Object.values(json))
  const [subject] = own
  const held = Object.keys(json).map((path) => readPath(path, '').steps[0])
  // What is held to a text, or as a whole, is held in members that no path names.
  if (own.length !== 1 || subject === undefined || contains.length > 0 || held.includes(undefined)) return READ_ALL
  const free: Record<string, true> = {}
  const variety: Variety = { free }
  return {
    variety,
    learn(body, about) {
      const read = readJson(body)
      if (!isObject(read)) return
      for (const [name, value] of Object.entries(read)) {
        if (value === about) continue
        if (typeof value === 'number' && String(value) === about) variety.bare = true
        else if (!held.includes(name) && (typeof value === 'number' || typeof value === 'string')) free[name] = true
      }
    },
    subjectOf: (bindings) => String(bindings[subject]),
  }
}

class NotJson extends Error {}

/** What a function of the script's own finds wrong with an answer; what it throws is a fault of the script. */
function checkedBy(
  own: NonNullable<EndpointSpec['check']>,
  name: string,
  answer: Answer,
  call: DescribedCall,
): string | undefined {
  const { status, body, headers } = answer
  const json = (): unknown => {
    try {
      return JSON.parse(body)
    } catch {
      throw new NotJson()
    }
  }
  const sent = { values: call.bindings, ...(call.body === undefined ? {} : { body: call.body }) }
  let wrong: unknown
  try {
    wrong = own({ status, body, headers, json }, sent)
  } catch (error) {
    if (error instanceof NotJson) return 'is not JSON'
    throw error
  }
  if (wrong === undefined || typeof wrong === 'string') return wrong
  throw new Error(`endpoint ${name}: check: expected a text that says what is wrong, or undefined, found ${show(wrong)}`)
}

function sessionOf(description: Described, vuState: VuState, own: EndpointSpec['check']): Session {
  const { bind, period } = bindingsOf(description, vuState)
  const make = callMaker(description)
  const { check, due } = withSampledSchema(description)
  const takes = Object.entries(description.take).map(([name, path]) => [name, readPath(path, description.name)] as const)
  const taken = vuState.of(Taken).values
  const kept: DescribedCall[] = []
  const few = period !== undefined && period <= KEPT
  const { withheld, expect } = description
  // What a later request builds on must be read, and so must what a function is to see; headers are no part of what is compared.
  const all = takes.length > 0 || own !== undefined || withheld !== undefined || Object.keys(expect.headers ?? {}).length > 0
  const { variety, learn, subjectOf } = all ? READ_ALL : few ? comparedBySight() : comparedByShape(description)
  return {
    ...(variety === undefined ? {} : { variety: due === undefined ? variety : { ...variety, due } }),
    next(turn) {
      if (few) {
        const at = turn % period
        kept[at] ??= make(bind(at) as Bindings, String(at))
        return kept[at]
      }
      const bindings = bind(turn)
      return bindings && make(bindings, subjectOf(bindings))
    },
    check(answer, call) {
      const expected = check(answer, (call as DescribedCall).bindings)
      const wrong = expected ?? (own && checkedBy(own, description.name, answer, call as DescribedCall))
      if (wrong === undefined) learn(answer.body, call.expect ?? '')
      if (takes.length === 0) return wrong
      // What a broken answer gives is nothing to build on, and what the one before gave belongs to another request.
      for (const [name] of takes) delete taken[name]
      if (wrong !== undefined) return wrong
      const json: unknown = JSON.parse(answer.body)
      for (const [name, path] of takes) {
        const value = valueAt(json, path)
        if (value === undefined || value === null) return `has no ${path.text}, which later requests need`
        taken[name] = value
      }
      return undefined
    },
  }
}

/**
 * The endpoint that a description describes.
 * @param listed as the script has it, which may look itself at answers that are right by all that the description expects
 */
export const describedEndpoint = (description: Described, listed?: PlanEndpoint): SessionEndpoint => ({
  name: description.name,
  method: description.method,
  path: routeOf(description.path).route,
  auth: description.auth,
  status: description.status,
  session: (vuState) => sessionOf(description, vuState, listed && 'own' in listed ? listed.own.check : undefined),
})
