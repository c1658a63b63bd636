/** What an endpoint of the catalogue is. Descriptors are pure: they know neither k6 nor the network. */
import type { Random } from '../random.ts'

/** A response as k6 gives it. Header names are in Go's canonical form (`Etag`, `X-Cache`, `Retry-After`). */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** One prepared request. Everything in it is built once, at a VU's first iteration. */
export interface Call {
  /** Values for the `:placeholders` of the path. */
  params?: Readonly<Record<string, string>>
  /** Query string without `?`. */
  query?: string
  body?: string
  headers?: Readonly<Record<string, string>>
  /** What the judge compares the answer with. */
  expect?: string
}

/** Why an answer is wrong, as the end of the sentence "the answer …"; undefined where it is right. */
export type Wrong = string | undefined

/** What a target file may say about the data behind an endpoint: values for path placeholders. */
export type Values = Readonly<Record<string, readonly string[]>>

export interface Endpoint {
  /** Value of the tag `name`, key in thresholds and target files. */
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'
  /** Path template of the reference contract, such as `/api/v1/resource/:id`. */
  path: string
  auth: boolean
  /** Status codes of a right answer. */
  status: readonly number[]
  /** The requests that a VU sends in turn. */
  calls(random: Random, values: Values): Call[]
  /**
   * Makes the judge of one VU. A judge looks at answers whose status is right, one string test where that decides;
   * it may remember (an id seen before), so each VU has its own.
   */
  judge(): (answer: Answer, call: Call) => Wrong
}
