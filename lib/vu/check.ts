/** The judge of an endpoint as the target has it: the catalogue's own, or what the target file expects instead. */
import type { Endpoint, Judge, Session, SessionEndpoint, Wrong } from '../endpoint/endpoint.ts'
import { isOfType, mediaType } from '../endpoint/media-type.ts'
import { quick } from '../endpoint/quick-check.ts'
import { NOT_JSON, readOnce } from '../endpoint/rules.ts'
import { VuState } from '../endpoint/vu-state.ts'
import type { EndpointOverride } from '../target/target.ts'

type Expectation = Pick<EndpointOverride, 'expect'>
type Type = SessionEndpoint['type']

/** Judges a Content-Type. One that was right is compared, not read, the next time. */
function judgeOfType(type: NonNullable<Type>): (found: string | undefined) => Wrong {
  const types: readonly string[] = typeof type === 'string' ? [type] : type
  let right: string | null = null
  return (found) => {
    if (found === right) return undefined
    if (!isOfType(found, types)) return `is not ${types.join(' or ')}${types.includes(mediaType(found ?? '')) ? ' in UTF-8' : ''}`
    right = found as string
    return undefined
  }
}

const noType = (): Wrong => undefined

/** What k6 undoes by itself, whoever has asked for it; what is packed otherwise nobody can read. */
const CODINGS = /^(?:identity|gzip|deflate|br|zstd)(?:\s*,\s*(?:identity|gzip|deflate|br|zstd))*$/i
const flawOfCoding = (coding: string | undefined): Wrong =>
  coding === undefined || CODINGS.test(coding) ? undefined : `is packed as ${coding}, which nobody has asked for`

/** The strict check and the quick one together; without `quickly`, the strict one alone. */
function judgeBoth(endpoint: Endpoint, { expect }: Expectation, vuState: VuState, quickly: boolean): Judge {
  if (expect !== undefined) return judgeExpected(expect)
  const { judge, variety } = endpoint.check(vuState)
  const judgeType = endpoint.type === undefined ? noType : judgeOfType(endpoint.type)
  const strict: Judge = (body, asked, headers) =>
    judge(body, asked, headers) ?? judgeType(headers['Content-Type']) ?? flawOfCoding(headers['Content-Encoding'])
  if (variety === undefined || !quickly) return strict
  const { takes, learn, doubt } = quick(variety)
  /** Type of an answer that was read, and how it was packed. */
  let right: string | undefined
  let packed: string | undefined
  return (body, asked, headers) => {
    const type = headers['Content-Type']
    const coding = headers['Content-Encoding']
    if (type === right && coding === packed && takes(body, asked, undefined, headers)) return undefined
    const wrong = strict(body, asked, headers)
    if (wrong === undefined) {
      right = type
      packed = coding
      learn(body, asked)
    } else doubt()
    return wrong
  }
}

/**
 * The strict check of an endpoint: reads every answer.
 * @param vuState of the VU
 */
export const judgeOf = (endpoint: Endpoint, expectation: Expectation, vuState = new VuState(0, '')): Judge =>
  judgeBoth(endpoint, expectation, vuState, false)

/** The strict check for the first answers, for some of the rest, and for all that look different; strings judge the others. */
export const quickJudgeOf = (endpoint: Endpoint, expectation: Expectation, vuState = new VuState(0, '')): Judge =>
  judgeBoth(endpoint, expectation, vuState, true)

/** Looks at one answer in so many; what is right of it is right of the others only as far as they are alike. */
export function sampled(judge: Judge, every: number): Judge {
  let seen = 0
  return (body, expect, headers) => (seen++ % every === 0 ? judge(body, expect, headers) : undefined)
}

/** The strict check of a session. */
export function judgeOfSession({ type }: SessionEndpoint, { judge }: Session, { expect }: Expectation): Session['judge'] {
  if (expect === undefined) {
    const judgeType = type === undefined ? noType : judgeOfType(type)
    return (answer, call) => {
      const { headers } = answer
      return judge(answer, call) ?? judgeType(headers['Content-Type']) ?? flawOfCoding(headers['Content-Encoding'])
    }
  }
  const expected = judgeExpected(expect)
  return (answer, call) => {
    const wrong = judge(answer, call)
    // What the target file expects is what counts, and the session has still learned what it needs; but a JSON-RPC error is none the less one.
    return typeof wrong === 'object' && wrong.class === 'rpc_error' ? wrong : expected(answer.body, '', answer.headers)
  }
}

/** As `quickJudgeOf`. */
export function quickJudgeOfSession(endpoint: SessionEndpoint, session: Session, expectation: Expectation): Session['judge'] {
  const strict = judgeOfSession(endpoint, session, expectation)
  const { variety } = session
  if (variety === undefined || expectation.expect !== undefined) return strict
  const { takes, learn, doubt } = quick(variety)
  /** Type of an answer that was read, and how it was packed. */
  let right: string | undefined
  let packed: string | undefined
  return (answer, call) => {
    const { body, headers } = answer
    const { expect = '', id } = call
    const type = headers['Content-Type']
    const coding = headers['Content-Encoding']
    if (type === right && coding === packed && takes(body, expect, id, headers)) return undefined
    const wrong = strict(answer, call)
    if (wrong === undefined) {
      right = type
      packed = coding
      learn(body, expect, id)
    } else doubt()
    return wrong
  }
}

/** Judges by what a target file expects. */
export function judgeExpected(expected: NonNullable<EndpointOverride['expect']>): Judge {
  const fields = Object.entries(expected.json ?? {})
  const strings = expected.contains ?? []
  let right: string | undefined
  return (body) => {
    // The same text judged right before is right: parsed once, compared after that.
    if (body === right) return undefined
    for (const text of strings) if (!body.includes(text)) return `does not contain ${JSON.stringify(text)}`
    if (fields.length > 0) {
      const json = readOnce(body) as Readonly<Record<string, unknown>> | null | undefined
      if (json === undefined) return NOT_JSON
      for (const [key, value] of fields)
        if (json?.[key] !== value) return `has ${key} ${JSON.stringify(json?.[key])}, not ${JSON.stringify(value)}`
    }
    right = body
    return undefined
  }
}
