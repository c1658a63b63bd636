/** Sends the endpoints of a target once, in the order in which they feed each other, and judges what came as a VU would. */
import { urlOf } from '../../lib/briefing/url.ts'
import { type Described, placeholdersSent, routeOf } from '../../lib/described/endpoint.ts'
import { oneVu } from '../../lib/described/one-vu.ts'
import type { Target } from '../../lib/target.ts'
import { messageOf } from '../errors.ts'
import { breakagesOf } from './breakages.ts'
import { partsOf } from './parts.ts'
import { type Answered, type Sending, send, type Unanswered } from './send.ts'
import type { Token } from './token.ts'

type Session = ReturnType<ReturnType<typeof oneVu>>
type Call = NonNullable<ReturnType<Session['next']>>

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
  described: Described
  exchanges: Exchange[]
  /** Values that no answer gave, so that nothing was sent. */
  waits?: string[]
  proof?: Proof
}

/** Turns that are looked at for a second request that differs from the first. */
const TURNS = 5

const wordsOf = (flaw: ReturnType<Session['judge']>): string | undefined => (typeof flaw === 'object' ? flaw.why : flaw)

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

export class Examiner {
  readonly #target: Target
  readonly #token: Token
  readonly #sending: Sending
  readonly #agent: string
  readonly #vu = oneVu('check')

  constructor(target: Target, token: Token, sending: Sending, agent: string) {
    this.#target = target
    this.#token = token
    this.#sending = sending
    this.#agent = agent
  }

  /** Each endpoint once: those that take from answers come after those that give; what nobody gave is not sent. */
  async *examine(endpoints: readonly Described[]): AsyncGenerator<Examined> {
    let waiting = endpoints.map((described) => ({ described, session: this.#vu(described) }))
    while (waiting.length > 0) {
      const later: typeof waiting = []
      let sent = false
      for (const one of waiting) {
        const call = one.session.next(0)
        if (call === undefined) later.push(one)
        else {
          sent = true
          yield await this.#one(one.described, one.session, call)
        }
      }
      if (!sent) {
        for (const { described } of later) yield { described, exchanges: [], waits: this.#lacking(described, endpoints) }
        return
      }
      waiting = later
    }
  }

  #lacking(described: Described, all: readonly Described[]): string[] {
    const given = all.flatMap(({ take }) => Object.keys(take))
    return placeholdersSent(described).filter(
      (placeholder) => given.includes(placeholder) || !Object.hasOwn(described.values, placeholder),
    )
  }

  async #one(described: Described, session: Session, first: Call): Promise<Examined> {
    const exchanges = [await this.#exchange(described, session, first)]
    if (described.withheld !== undefined) return { described, exchanges }
    const second = described.method === 'GET' ? this.#another(session, first) : undefined
    if (second !== undefined) exchanges.push(await this.#exchange(described, session, second))
    const proof = this.#prove(described, first, exchanges)
    return { described, exchanges, ...(proof === undefined ? {} : { proof }) }
  }

  /** A request that differs: one server that gives everybody the same answer is right once. */
  #another(session: Session, first: Call): Call | undefined {
    const key = ({ params, query, body, headers }: Call): string => JSON.stringify([params, query, body, headers])
    for (let turn = 1; turn < TURNS; turn++) {
      const call = session.next(turn)
      if (call !== undefined && key(call) !== key(first)) return call
    }
    return undefined
  }

  async #exchange(described: Described, session: Session, call: Call): Promise<Exchange> {
    const base = (described.base_url ?? this.#target.baseUrl).replace(/\/+$/, '')
    const url = urlOf(base, routeOf(described.path).route, call)
    const headers = { 'User-Agent': this.#agent, ...call.headers, ...(described.auth ? this.#token.headers : {}) }
    const answer = await send({ method: described.method, url, headers, body: call.body }, this.#sending)
    if ('error' in answer) return { url, answer, wrong: `did not come: ${answer.error}`, parts: [] }
    if (!described.status.includes(answer.status))
      return { url, answer, wrong: `has status ${answer.status}, not ${described.status.join(' or ')}`, parts: [] }
    const judged = (judge: Session['judge']): string | undefined => {
      try {
        return wordsOf(judge(answer, call))
      } catch (error) {
        return `cannot be judged: ${messageOf(error)}`
      }
    }
    const wrong = judged(session.judge)
    const parts = partsOf(described, answer).map(({ what, came, alone }) => {
      const flaw = judged(oneVu('part')(alone).judge)
      return { what, came, ...(flaw === undefined ? {} : { wrong: flaw }) }
    })
    return { url, answer, parts, ...(wrong === undefined ? {} : { wrong }) }
  }

  /** Breaks a right answer, and looks whether the expectation sees it. */
  #prove(described: Described, call: Call, [first, second]: readonly Exchange[]): Proof | undefined {
    if (first === undefined || first.wrong !== undefined || 'error' in first.answer) return undefined
    const { answer } = first
    const other =
      second !== undefined && !('error' in second.answer) && second.answer.status === answer.status ? second.answer : undefined
    const breakages = breakagesOf(answer, sentIn(call), other)
    if (breakages.length === 0) return undefined
    const unnoticed = breakages.filter(({ broken }) => {
      try {
        // A VU that has seen nothing yet: later ones do not look at everything.
        return oneVu('proof')(described).judge({ ...answer, ...broken }, call) === undefined
      } catch {
        return false
      }
    })
    return { noticed: breakages.length - unnoticed.length, unnoticed: unnoticed.map(({ what }) => what) }
  }
}
