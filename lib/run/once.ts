/** One request to each endpoint of the reference contract that a target has, and how its answer is checked: outside of k6. Pure. */

import { seeded } from '../base/random.ts'
import type { Described } from '../described/endpoint.ts'
import { show } from '../described/matchers.ts'
import { withBraces } from '../described/template.ts'
import type { Answer, AnyEndpoint, Call, CheckResult, Session } from '../endpoint/endpoint.ts'
import { VuState } from '../endpoint/vu-state.ts'
import { READY } from '../target/contract.ts'
import { inWordsOf } from '../target/params.ts'
import type { Target } from '../target/target.ts'
import { expectedCheckOf, strictCheckOf, strictCheckOfSession } from '../vu/check.ts'
import { placeOf, prepare, prepareSession, type RequestTemplate } from '../vu/requests.ts'
import { urlOf } from '../vu/url.ts'

export type { Answer, Call, CheckResult } from '../endpoint/endpoint.ts'
export type SubjectCheck = (answer: Answer, call: Call) => CheckResult

export interface Subject {
  /** As a target file describes it; of an endpoint of the contract, what reports and mends ask for. */
  described: Described
  ofContract: boolean
  url(call: Call): string
  /** Request number `turn`; undefined where it builds on an answer that has not come. */
  next(turn: number): Call | undefined
  check: SubjectCheck
  /** The check of a VU that has seen nothing yet. */
  fresh(): SubjectCheck
  /** Every single thing that is expected, with what came. */
  parts(answer: Answer): { what: string; came: string; check: SubjectCheck }[]
}

const plain = (base: string): string => base.replace(/\/+$/, '')

/**
 * Names of the contract that are sent: those of the mix, and of a target without one what may be asked for without a trace; of one with
 * endpoints of its own, those that the file names.
 */
export function contractNames(target: Target, mix: readonly string[] | undefined): string[] {
  const own = target.described.map(({ described }) => described.name)
  const safe = ({ method, ...endpoint }: AnyEndpoint): boolean => method === 'GET' && !('session' in endpoint)
  const named = own.length > 0 ? Object.keys(target.endpoints) : Object.keys(READY)
  const names = mix ?? named.filter((name) => READY[name] !== undefined && safe(READY[name]))
  return names.filter((name) => Object.hasOwn(READY, name) && target.has(name) && !own.includes(name))
}

function partsOfTemplate({ expect }: RequestTemplate): { what: string; came: string; check: SubjectCheck }[] {
  if (expect === undefined) return []
  const part = (
    what: string,
    one: NonNullable<RequestTemplate['expect']>,
  ): { what: string; came: string; check: SubjectCheck } => {
    const check = expectedCheckOf(one)
    return { what, came: '', check: ({ body, headers }) => check(body, '', headers) }
  }
  return [
    ...Object.entries(expect.json ?? {}).map(([key, value]) => part(`${key} = ${show(value)}`, { json: { [key]: value } })),
    ...(expect.contains ?? []).map((text) => part(`contains ${show(text)}`, { contains: [text] })),
  ]
}

/** @returns makes a subject of a name; all of them share what answers give, as those of one VU do */
export function contractOf(target: Target, seed: number): (name: string) => Subject {
  const vuState = new VuState(1, 'check')
  return (name) => subjectOf(name, target, seed, vuState)
}

function subjectOf(name: string, target: Target, seed: number, vuState: VuState): Subject {
  const endpoint = READY[name] as AnyEndpoint
  const { base, path } = placeOf(endpoint, target)
  const described = (template: RequestTemplate): Described => ({
    ...{ name, method: endpoint.method, path: withBraces(path), auth: template.authorized, status: template.statuses },
    ...{ values: {}, expect: {}, take: {}, seed },
  })
  const parts = (template: RequestTemplate, check: SubjectCheck) => () =>
    template.expect === undefined ? [{ what: 'all that the contract says of it', came: '', check }] : partsOfTemplate(template)
  if ('session' in endpoint) {
    const template = prepareSession(endpoint, target)
    const { values = {}, params } = template.session ?? {}
    const open = (of: VuState): Session => endpoint.session(of, values)
    const session = open(vuState)
    const check = strictCheckOfSession(endpoint, session, template)
    const fresh = (): SubjectCheck => {
      const other = open(new VuState(vuState.vu, vuState.run))
      return strictCheckOfSession(endpoint, other, template)
    }
    return {
      ...{ described: described(template), ofContract: true, check, fresh },
      url: (call) => urlOf(plain(base), path, call),
      next(turn) {
        const call = session.next(turn)
        return call && params && call.body !== undefined ? { ...call, body: inWordsOf(params, call.body) } : call
      },
      parts: parts(template, fresh()),
    }
  }
  const { template, requests } = prepare(endpoint, target, seeded(seed))
  const calls = requests.map(({ set, url, ...call }) => ({ ...call, headers: template.headers[set] ?? {}, url }))
  const checkFor = (of: VuState): SubjectCheck => {
    const check = strictCheckOf(endpoint, template, of)
    return ({ body, headers }, { expect = '' }) => check(body, expect, headers)
  }
  const fresh = (): SubjectCheck => checkFor(new VuState(vuState.vu, vuState.run))
  return {
    ...{ described: described(template), ofContract: true, check: checkFor(vuState), fresh },
    url: (call) => (call as { url?: string }).url ?? urlOf(plain(base), path, call),
    next: (turn) => calls[turn % calls.length],
    parts: parts(template, fresh()),
  }
}
