/**
 * JSON-RPC 2.0 (https://www.jsonrpc.org/specification): bodies of requests, and what an answer's body says.
 * HTTP tells nothing here: every answer, errors too, comes with status 200.
 */

import { isObject } from '../base/json.ts'
import { NO_CODE, SUCCESS_FALSE } from '../base/rpc-codes.ts'
import type { Call, CheckResult, FailedCheck } from '../endpoint/endpoint.ts'
import { NO_UTF8, NOT_UTF8, readOnce } from '../endpoint/rules.ts'

export type Params = Readonly<Record<string, unknown>>

/** A `result`; no method of the contract answers with anything but an object. */
export type Result = Readonly<Record<string, unknown>>

/** Checks the result of a method. */
export type ResultCheck = (result: Result, call: Call) => CheckResult

const HEADERS = { 'Content-Type': 'application/json' } as const

/** @param id absent: a notification, which is never answered */
const requestOf = (method: string, params: Params, id?: string): object =>
  id === undefined ? { jsonrpc: '2.0', method, params } : { jsonrpc: '2.0', id, method, params }

/** A request, prepared. */
export const rpcCall = (method: string, params: Params, id: string): Call => ({
  body: JSON.stringify(requestOf(method, params, id)),
  headers: HEADERS,
  id,
})

const rpcError = (code: unknown, why: string): FailedCheck => ({
  class: 'rpc_error',
  code: typeof code === 'number' && Number.isInteger(code) ? String(code) : NO_CODE,
  why,
})

/** The error in an answer; undefined where it has none. Some gateways write `"error":null` beside a result. */
function errorOf({ error }: Readonly<Record<string, unknown>>): FailedCheck | undefined {
  if (error === undefined || error === null) return undefined
  const { code, message } = isObject(error) ? error : { code: undefined, message: error }
  return rpcError(code, `is the JSON-RPC error ${String(code)}: ${String(message)}`)
}

/** What a parsed answer says: its result, or why there is none to use. */
export function resultOf(answer: unknown, id: string): { result: Result } | { failed: FailedCheck } {
  if (!isObject(answer)) return { failed: 'is not a JSON-RPC answer' }
  // An answer to what could not be read has no id: its error says more than that.
  const error = errorOf(answer)
  if (error !== undefined) return { failed: error }
  const { result } = answer
  if (answer.jsonrpc !== '2.0') return { failed: 'does not say "jsonrpc":"2.0"' }
  if (answer.id !== id) return { failed: `answers id ${JSON.stringify(answer.id)}, not ${JSON.stringify(id)}` }
  if (result === undefined) return { failed: 'has neither a result nor an error' }
  if (!isObject(result)) return { failed: 'has a result that is no object' }
  if (result.success === false)
    return { failed: { class: 'rpc_error', code: SUCCESS_FALSE, why: 'has a result that says success:false' } }
  if (result.error !== undefined && result.error !== null) return { failed: 'carries an error in its result' }
  return { result }
}

/** Checks the body of an answer to a call of `rpcCall`. */
export function checkRpc(body: string, call: Call, check: ResultCheck): CheckResult {
  const read = resultOf(readOnce(body), call.id ?? '')
  if ('failed' in read) return read.failed
  return body.includes(NO_UTF8) ? NOT_UTF8 : check(read.result, call)
}

/** One request of a batch. */
export interface BatchEntry {
  method: string
  params: Params
  /** Absent: a notification. */
  id?: string
  check?: (result: Result) => CheckResult
}

export const batchCall = (entries: readonly BatchEntry[]): Call => ({
  body: JSON.stringify(entries.map(({ method, params, id }) => requestOf(method, params, id))),
  headers: HEADERS,
})

/** Checks the answer to a batch: every id is answered once, in any order; notifications are not answered at all. */
export function checkBatch(body: string, entries: readonly BatchEntry[]): CheckResult {
  const answers = readOnce(body)
  if (!Array.isArray(answers))
    // A gateway that knows no batches answers with one error.
    return (isObject(answers) ? errorOf(answers) : undefined) ?? 'is not an array, as the answer to a batch is'
  const open = new Map(entries.flatMap((entry) => (entry.id === undefined ? [] : [[entry.id, entry]])))
  const asked = open.size
  for (const answer of answers as unknown[]) {
    const id = isObject(answer) ? answer.id : undefined
    const entry = open.get(String(id))
    if (entry === undefined)
      return (isObject(answer) ? errorOf(answer) : undefined) ?? `has an answer to id ${JSON.stringify(id)}, which is not open`
    open.delete(String(id))
    const read = resultOf(answer, String(id))
    const wrong = 'failed' in read ? read.failed : entry.check?.(read.result)
    if (wrong !== undefined) return wrong
  }
  if (body.includes(NO_UTF8)) return NOT_UTF8
  const [missing] = open.keys()
  return missing === undefined ? undefined : `lacks ${open.size} of ${asked} answers, such as that to id ${missing}`
}
