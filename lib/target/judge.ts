/** The judge of an endpoint as the target has it: the catalogue's own, or what the target file expects instead. */
import type { Endpoint, Judge, Session, SessionEndpoint, Wrong } from '../endpoints/endpoint.ts'
import type { Memory } from '../endpoints/memory.ts'
import type { EndpointOverride } from '../target.ts'

type Expectation = Pick<EndpointOverride, 'expect'>

/** Judges a Content-Type. One that was right is compared, not read, the next time. */
function judgeOfType(type: string): (found: string | undefined) => Wrong {
  let right: string | null = null
  return (found) => {
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
  if (type === undefined) return judge
  const judgeType = judgeOfType(type)
  return (body, expected, headers) => judge(body, expected, headers) ?? judgeType(headers['Content-Type'])
}

/** Looks at one answer in so many; what is right of it is right of the others only as far as they are alike. */
export function sampled(judge: Judge, every: number): Judge {
  let seen = 0
  return (body, expect, headers) => (seen++ % every === 0 ? judge(body, expect, headers) : undefined)
}

export function judgeOfSession({ type }: SessionEndpoint, { judge }: Session, { expect }: Expectation): Session['judge'] {
  if (expect === undefined) {
    if (type === undefined) return judge
    const judgeType = judgeOfType(type)
    return (answer, call) => judge(answer, call) ?? judgeType(answer.headers['Content-Type'])
  }
  const expected = judgeExpected(expect)
  return (answer, call) => {
    const wrong = judge(answer, call)
    // What the target file expects is what counts, and the session has still learned what it needs; but a JSON-RPC error is none the less one.
    return typeof wrong === 'object' && wrong.class === 'rpc_error' ? wrong : expected(answer.body, '', answer.headers)
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
