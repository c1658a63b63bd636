/** The judge of an endpoint as the target has it: the catalogue's own, or what the target file expects instead. */
import type { Answer, Call, Endpoint, Wrong } from './endpoints/endpoint.ts'
import type { EndpointOverride } from './target.ts'

export type Judge = (answer: Answer, call: Call) => Wrong

export const judgeOf = (endpoint: Endpoint, { expect }: Pick<EndpointOverride, 'expect'>): Judge =>
  expect === undefined ? endpoint.judge() : judgeExpected(expect)

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
