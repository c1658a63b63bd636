/** An endpoint of a script's own, in code: the same words as in a target file, and a function where words do not do. */

import type { Answer, AnyEndpoint } from '../endpoint/endpoint.ts'
import type { Matcher } from './matchers.ts'

/** A text, a number or a truth value. */
type Scalar = string | number | boolean

/** What was sent, as a `check` sees it. */
export interface Sent {
  /** By placeholder: the value that was sent in its place. */
  readonly values: Readonly<Record<string, unknown>>
  readonly body?: string
}

/** An answer that has met the status and `expect` of its endpoint, as a `check` sees it. */
export interface Answered extends Answer {
  /** The body, read as JSON. @throws where it is no JSON, which counts as a failed check */
  json(): unknown
}

/** What `endpoint` is given. */
export interface EndpointSpec<N extends string = string> {
  /** Key in mixes and thresholds, tag `name` of its requests: letters, digits, `_` and `-`. */
  name: N
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With placeholders: `/orders/:id` or `/orders/{id}`. */
  path: string
  /** Where it is, if not at the base URL of the target. */
  base_url?: string
  query?: Readonly<Record<string, Scalar>>
  headers?: Readonly<Record<string, string>>
  /** JSON, with placeholders; a text is sent as it is. */
  body?: unknown
  /** Whether it is sent with the authorization of the target. Default: yes, where the target has one. */
  auth?: boolean
  /** For placeholders: a list, a range such as `{1..200}`, a generator such as `{uuid}`. */
  values?: Readonly<Record<string, string | readonly Scalar[]>>
  /** What a valid answer is. */
  expect?: {
    /** Default 200; 201 as well for POST, 204 for DELETE. */
    status?: readonly number[]
    /** Media type, such as `application/json`. */
    type?: string
    headers?: Readonly<Record<string, Matcher>>
    /** By path (`id`, `lines[0].sku`): a value, or checks such as `{ min_items: 1 }`. */
    json?: Readonly<Record<string, Matcher>>
    contains?: readonly string[]
    /** JSON Schema of the body. */
    schema?: boolean | Readonly<Record<string, unknown>>
  }
  /** Values that an answer gives to later requests of the same VU: name -> path in the JSON body. */
  take?: Readonly<Record<string, string>>
  /** Route under which the gateway's own counter has it, if not its path. */
  route?: string
  /** Why its answers are checked weakly, where they cannot be checked better. */
  weak?: string
  /**
   * Looks at each answer that has met `expect`. Each answer is then parsed, which costs more CPU than the comparison of texts that is made
   * without a `check`.
   * @returns what is wrong, as the end of the sentence "the answer …"; undefined where nothing is
   */
  check?(answer: Answered, request: Sent): string | undefined
}

/** What `endpoint` makes. */
export interface OwnEndpoint<N extends string = string> {
  readonly name: N
  readonly own: EndpointSpec<N>
}

/** What a script may send to: an endpoint of its own, or one that is ready. */
export type PlanEndpoint = AnyEndpoint | OwnEndpoint

/**
 * An endpoint of a script's own, for `endpoints` of its plan; mixes, thresholds and reports know it by its name. Checked before any load.
 *
 *     const order = endpoint({
 *       name: 'order',
 *       method: 'GET',
 *       path: '/orders/:id',
 *       values: { id: '{1..200}' },
 *       expect: { status: [200], json: { id: '{id}' } },
 *     })
 */
export const endpoint = <const N extends string>(own: EndpointSpec<N>): OwnEndpoint<N> => ({ name: own.name, own })
