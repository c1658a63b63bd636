/** Sends the endpoints of a target once, in the order in which they feed each other, and checks what came as a VU would. */

import { placeholdersSent } from '../../lib/described/endpoint.ts'
import type { Call, CheckResult, Subject } from '../../lib/run/once.ts'
import { messageOf } from '../base/errors.ts'
import { breakagesOf } from './breakages.ts'
import { type Answered, type Sending, send, type Unanswered } from './send.ts'
import type { Token } from './token.ts'

export interface Exchange {
  url: string
  answer: Answered | Unanswered
  /** Undefined where the answer is right. */
  wrong?: string
  /** Every single thing that was expected, and what came. */
  parts: { what: string; came: string; wrong?: string }[]
}

export interface Proof {
  noticed: number
  /** What an expectation would not notice. */
  unnoticed: string[]
}

export interface Examined {
  subject: Subject
  exchanges: Exchange[]
  /** Values that no answer gave, so that nothing was sent. */
  waits?: string[]
  proof?: Proof
}

/** Turns that are looked at for a second request that differs from the first. */
const TURNS = 5

const wordsOf = (failed: CheckResult): string | undefined => (typeof failed === 'object' ? failed.why : failed)

/** Scalars of a request, as text. */
function sentIn({ params = {}, query = '', body = '' }: Call): string[] {
  const found: string[] = [...Object.values(params), ...new URLSearchParams(query).values()]
  const look = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(look)
    else if (typeof value === 'string' || typeof value === 'number') found.push(String(value))
  }
  try {
    look(JSON.parse(body || 'null'))
  } catch {
    // A text: nothing in it has a name.
  }
  return found
}

/** Each endpoint once: those that take from answers come after those that give; what nobody gave is not sent. */
export async function* examine(
  subjects: readonly Subject[],
  token: Token,
  sending: Sending,
  agent: string,
): AsyncGenerator<Examined> {
  let waiting = [...subjects]
  while (waiting.length > 0) {
    const later: Subject[] = []
    let sent = false
    for (const subject of waiting) {
      const call = subject.next(0)
      if (call === undefined) later.push(subject)
      else {
        sent = true
        yield await one(subject, call, (call) => exchange(subject, call, token, sending, agent))
      }
    }
    if (!sent) {
      for (const subject of later) yield { subject, exchanges: [], waits: lacking(subject, subjects) }
      return
    }
    waiting = later
  }
}

function lacking({ described }: Subject, all: readonly Subject[]): string[] {
  const given = all.flatMap(({ described: { take } }) => Object.keys(take))
  return placeholdersSent(described).filter(
    (placeholder) => given.includes(placeholder) || !Object.hasOwn(described.values, placeholder),
  )
}

async function one(subject: Subject, first: Call, send: (call: Call) => Promise<Exchange>): Promise<Examined> {
  const { method, withheld } = subject.described
  const exchanges = [await send(first)]
  if (withheld !== undefined) return { subject, exchanges }
  const second = method === 'GET' ? another(subject, first) : undefined
  if (second !== undefined) exchanges.push(await send(second))
  const proof = prove(subject, first, exchanges)
  return { subject, exchanges, ...(proof === undefined ? {} : { proof }) }
}

/** A request that differs: one server that gives everybody the same answer is right once. */
function another(subject: Subject, first: Call): Call | undefined {
  const key = (call: Call): string => JSON.stringify([subject.url(call), call.body, call.headers])
  for (let turn = 1; turn < TURNS; turn++) {
    const call = subject.next(turn)
    if (call !== undefined && key(call) !== key(first)) return call
  }
  return undefined
}

async function exchange(subject: Subject, call: Call, token: Token, sending: Sending, agent: string): Promise<Exchange> {
  const { method, auth, token: form, status } = subject.described
  const url = subject.url(call)
  const headers = { 'User-Agent': agent, ...call.headers, ...(auth ? token.headers(form) : {}) }
  const body = call.pieces?.map(([text, times]) => text.repeat(times)).join('') ?? call.body
  const answer = await send({ method, url, headers, body }, sending)
  if ('error' in answer) return { url, answer, wrong: `did not come: ${answer.error}`, parts: [] }
  if (!status.includes(answer.status))
    return { url, answer, wrong: `has status ${answer.status}, not ${status.join(' or ')}`, parts: [] }
  const checked = (check: Subject['check']): string | undefined => {
    try {
      return wordsOf(check(answer, call))
    } catch (error) {
      return `cannot be checked: ${messageOf(error)}`
    }
  }
  const wrong = checked(subject.check)
  const parts = subject.parts(answer).map(({ what, came, check }) => {
    const failed = checked(check)
    return { what, came, ...(failed === undefined ? {} : { wrong: failed }) }
  })
  return { url, answer, parts, ...(wrong === undefined ? {} : { wrong }) }
}

/** Breaks a valid answer, and looks whether the expectation sees it. */
function prove(subject: Subject, call: Call, [first, second]: readonly Exchange[]): Proof | undefined {
  if (first === undefined || first.wrong !== undefined || 'error' in first.answer) return undefined
  const { answer } = first
  const other =
    second !== undefined && !('error' in second.answer) && second.answer.status === answer.status ? second.answer : undefined
  const breakages = breakagesOf(answer, sentIn(call), other)
  if (breakages.length === 0) return undefined
  const unnoticed = breakages.filter(({ broken }) => {
    try {
      // Later answers of a VU are not all looked at as closely.
      return subject.fresh()({ ...answer, ...broken }, call) === undefined
    } catch {
      return false
    }
  })
  return { noticed: breakages.length - unnoticed.length, unnoticed: unnoticed.map(({ what }) => what) }
}
