/** How defects are written down: what most of them have in common. */
import type { Answer, Defect, Exchange } from './model.ts'

export type Change = (answer: Answer, exchange: Exchange) => Answer

/** Changes the valid answers of a route, or of a method of JSON-RPC; refusals stay. */
export const changed = (of: string, change: Change): Defect => ({
  answer(exchange, right) {
    const answer = right()
    return (exchange.route === of || exchange.rpc === of) && answer.status < 300 ? change(answer, exchange) : answer
  },
})

/** Changes the JSON of those answers. */
export const rewritten = (of: string, rewrite: (value: Value, exchange: Exchange) => unknown): Defect =>
  changed(of, (answer, exchange) => ({ ...answer, body: JSON.stringify(rewrite(JSON.parse(answer.body), exchange)) }))

/** Changes the result of a method of JSON-RPC. */
export const resulted = (method: string, rewrite: (result: Value, exchange: Exchange) => unknown): Defect =>
  rewritten(method, (answer, exchange) => ({ ...answer, result: rewrite(answer.result as Value, exchange) }))

// biome-ignore lint/suspicious/noExplicitAny: an answer that is to be spoilt may be anything.
export type Value = any

/** Answers these instead of the valid answer, where a request is one of those. */
export const instead = (whose: (exchange: Exchange) => boolean, answer: Answer | ((exchange: Exchange) => Answer)): Defect => ({
  answer: (exchange, right) => (!whose(exchange) ? right() : typeof answer === 'function' ? answer(exchange) : answer),
})

export const text = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'text/plain', ...headers },
  body,
})

export const html = (body: string): Answer => ({ status: 200, headers: { 'Content-Type': 'text/html' }, body })

export const OF_THE_LOAD = ['health', 'resource', 'resources', 'action', 'events', 'jsonrpc']
/** Requests that windows send: neither tokens nor what the run asks of the counters. */
export const isLoad = ({ route }: Exchange): boolean => OF_THE_LOAD.includes(route)

export const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
