/** The judge of an endpoint as the target has it: the catalogue's own, or what the target file expects instead. */
import type { Answer, Call, Endpoint, Session, SessionEndpoint, Wrong } from '../endpoints/endpoint.ts'
import type { Memory } from '../endpoints/memory.ts'
import type { EndpointOverride } from '../target.ts'

export type Judge = (answer: Answer, call: Call) => Wrong

type Expectation = Pick<EndpointOverride, 'expect'>

/** Adds to a judge that an answer must be of a type. A header that was right once is compared, not read, the next time. */
function withType(judge: ReturnType<Endpoint['judge']>, type: string): Judge {
  let right: string | null = null
  return (answer, call) => {
    const { headers } = answer
    const wrong = judge(answer, call, headers)
    if (wrong !== undefined) return wrong
    const found = headers['Content-Type']
    if (found === right) return undefined
    if (!found?.startsWith(type)) return `is not ${type}`
    right = found
    return undefined
  }
}

/** @param memory of the VU */
export function judgeOf(endpoint: Endpoint, { expect }: Expectation, memory?: Memory): Judge {
  if (expect !== undefined) return judgeExpected(expect)
  const judge = endpoint.judge(memory)
  const { type } = endpoint
  return type === undefined ? judge : withType(judge, type)
}

/** Looks at one answer in so many; what is right of it is right of the others only as far as they are alike. */
export function sampled(judge: Judge, every: number): Judge {
  let seen = 0
  return (answer, call) => (seen++ % every === 0 ? judge(answer, call) : undefined)
}

export function judgeOfSession({ type }: SessionEndpoint, session: Session, { expect }: Expectation): Judge {
  const judge: Judge = (answer, call) => session.judge(answer, call)
  if (expect === undefined) return type === undefined ? judge : withType(judge, type)
  const expected = judgeExpected(expect)
  return (answer, call) => {
    const wrong = session.judge(answer, call)
    // What the target file expects is what counts, and the session has still learned what it needs; but a JSON-RPC error is none the less one.
    return typeof wrong === 'object' && wrong.class === 'rpc_error' ? wrong : expected(answer, call)
  }
}

/** Judges by what a target file expects. */
export function judgeExpected(expected: NonNullable<EndpointOverride['expect']>): Judge {
  const fields = Object.entries(expected.json ?? {})
  const strings = expected.contains ?? []
  let right: string | undefined
  return ({ body }) => {
    // The same text judged right before is right: parsed once, compared after that.
    if (body === right) return undefined
    for (const text of strings) if (!body.includes(text)) return `does not contain ${JSON.stringify(text)}`
    if (fields.length > 0) {
      let json: Record<string, unknown> | null
      try {
        json = JSON.parse(body)
      } catch {
        return 'is not JSON'
      }
      for (const [key, value] of fields)
        if (json?.[key] !== value) return `has ${key} ${JSON.stringify(json?.[key])}, not ${JSON.stringify(value)}`
    }
    right = body
    return undefined
  }
}
