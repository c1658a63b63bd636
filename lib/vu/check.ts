/** The check of an endpoint as the target has it: the catalogue's own, or what the target file expects instead. */
import type { AnswerCheck, CheckResult, Endpoint, Session, SessionEndpoint } from '../endpoint/endpoint.ts'
import { isOfType, mediaType } from '../endpoint/media-type.ts'
import { quick } from '../endpoint/quick-check.ts'
import { NOT_JSON, readOnce } from '../endpoint/rules.ts'
import { VuState } from '../endpoint/vu-state.ts'
import type { EndpointOverride } from '../target/target.ts'

type Expectation = Pick<EndpointOverride, 'expect'>
type Type = SessionEndpoint['type']

/** Checks a Content-Type. One that was right is compared, not read, the next time. */
function checkOfType(type: NonNullable<Type>): (found: string | undefined) => CheckResult {
  const types: readonly string[] = typeof type === 'string' ? [type] : type
  let right: string | null = null
  return (found) => {
    if (found === right) return undefined
    if (!isOfType(found, types)) return `is not ${types.join(' or ')}${types.includes(mediaType(found ?? '')) ? ' in UTF-8' : ''}`
    right = found as string
    return undefined
  }
}

const noType = (): CheckResult => undefined

/** What k6 undoes by itself, whoever has asked for it; what is packed otherwise nobody can read. */
const CODINGS = /^(?:identity|gzip|deflate|br|zstd)(?:\s*,\s*(?:identity|gzip|deflate|br|zstd))*$/i
const checkCoding = (coding: string | undefined): CheckResult =>
  coding === undefined || CODINGS.test(coding) ? undefined : `is packed as ${coding}, which nobody has asked for`

/** The strict check and the quick one together; without `quickly`, the strict one alone. */
function bothChecksOf(endpoint: Endpoint, { expect }: Expectation, vuState: VuState, quickly: boolean): AnswerCheck {
  if (expect !== undefined) return expectedCheckOf(expect)
  const { check, variety } = endpoint.check(vuState)
  const checkType = endpoint.type === undefined ? noType : checkOfType(endpoint.type)
  const strict: AnswerCheck = (body, asked, headers) =>
    check(body, asked, headers) ?? checkType(headers['Content-Type']) ?? checkCoding(headers['Content-Encoding'])
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
export const strictCheckOf = (endpoint: Endpoint, expectation: Expectation, vuState = new VuState(0, '')): AnswerCheck =>
  bothChecksOf(endpoint, expectation, vuState, false)

/** The strict check for the first answers, for some of the rest, and for all that look different; strings check the others. */
export const quickCheckOf = (endpoint: Endpoint, expectation: Expectation, vuState = new VuState(0, '')): AnswerCheck =>
  bothChecksOf(endpoint, expectation, vuState, true)

/** Looks at one answer in so many; what is right of it is right of the others only as far as they are alike. */
export function sampled(check: AnswerCheck, every: number): AnswerCheck {
  let seen = 0
  return (body, expect, headers) => (seen++ % every === 0 ? check(body, expect, headers) : undefined)
}

/** The strict check of a session. */
export function strictCheckOfSession({ type }: SessionEndpoint, { check }: Session, { expect }: Expectation): Session['check'] {
  if (expect === undefined) {
    const checkType = type === undefined ? noType : checkOfType(type)
    return (answer, call) => {
      const { headers } = answer
      return check(answer, call) ?? checkType(headers['Content-Type']) ?? checkCoding(headers['Content-Encoding'])
    }
  }
  const expected = expectedCheckOf(expect)
  return (answer, call) => {
    const wrong = check(answer, call)
    // What the target file expects is what counts, and the session has still learned what it needs; but a JSON-RPC error is none the less one.
    return typeof wrong === 'object' && wrong.class === 'rpc_error' ? wrong : expected(answer.body, '', answer.headers)
  }
}

/** As `quickCheckOf`. */
export function quickCheckOfSession(endpoint: SessionEndpoint, session: Session, expectation: Expectation): Session['check'] {
  const strict = strictCheckOfSession(endpoint, session, expectation)
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

/** Checks by what a target file expects. */
export function expectedCheckOf(expected: NonNullable<EndpointOverride['expect']>): AnswerCheck {
  const fields = Object.entries(expected.json ?? {})
  const strings = expected.contains ?? []
  let right: string | undefined
  return (body) => {
    // The same text checked right before is right: parsed once, compared after that.
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
