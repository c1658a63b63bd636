import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Verdict } from '../base/authorization.ts'
import type { EndpointName } from '../base/endpoints.ts'
import type { Quota } from '../base/limiter.ts'

/** What a fault's parameter may be. Every one has a default, so that a name alone is a whole fault. */
export type Parameter =
  | { readonly type: 'number'; readonly default: number; readonly min: number; readonly max: number; readonly doc: string }
  | { readonly type: 'text'; readonly default: string; readonly doc: string }

export type Parameters = Readonly<Record<string, Parameter>>

export type Values<P extends Parameters> = { readonly [K in keyof P]: P[K] extends { type: 'number' } ? number : string }

/** A request before its handler. */
export interface Call {
  readonly endpoint: EndpointName
  readonly headers: FastifyRequest['headers']
  /** Answers in place of the handler. */
  answer(status: number, body: string, headers?: Readonly<Record<string, string>>): void
  /** Whether its connection has had an answer before. */
  readonly reused: boolean
  /** Ends the connection without an answer. */
  reset(): void
}

/** An answer on its way out. */
export interface Answer {
  readonly endpoint: EndpointName
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** The body as text; what is set here is sent. */
  body: string
  /** Takes the answer over: nothing else will be sent but what the fault writes itself. */
  takeOver(send: (body: string) => void): void
  /** Sends the body through this stream in place of at once. */
  stream(chunks: AsyncIterable<Buffer>): void
}

/** One numbered event on its way to one receiver. */
export interface Sequenced {
  readonly seq: number
  readonly text: string
}

/** What is decided for a stream or socket when it opens. */
export interface StreamPlan {
  readonly stallAfter?: number
  readonly closeAfter?: number
  readonly dropAfterMs?: number
  readonly ignoreLastEventId?: true
  readonly silentAtOpening?: true
  readonly deafToSubscriptions?: true
  readonly deafToClosing?: true
  readonly clockAheadMs?: number
}

/** The gateway's own process, as far as a fault may touch it. */
export interface ProcessControl {
  /** Returns what opens the ports again, unless another fault still holds them closed. */
  stopListening(): () => void
  cutConnections(): void
  /** New connections are looked at only after a time; returns what undoes it. */
  delayConnections(ms: number): () => void
  /** Opens a connection to the gateway itself; returns what ends it. */
  connect(): () => void
  /** Answers what cannot be read as a request with this status line; returns what undoes it. */
  answerUnparsed(statusLine: string): () => void
  /** Counters, start time and everything held in memory begin anew, as in a fresh process. */
  forget(): void
}

/** The places where a fault can act, and what it does there. */
export interface InjectionPoints {
  request: (call: Call) => void | Promise<void>
  response: (answer: Answer) => void | Promise<void>
  /** Asks whether it is due only for a verdict it would change. */
  token: (verdict: Verdict, due: () => boolean) => Verdict
  quota: (quota: Quota) => Quota
  lookup: () => 'miss' | 'stale'
  stream: () => StreamPlan
  /** Called for every event, due or not: what was held back has to go out some time. */
  event: (event: Sequenced, receiver: object, due: boolean) => readonly Sequenced[]
  /** Milliseconds until the pong; Infinity for never. */
  pong: () => number
  /** How often a webhook gets its event. */
  delivery: () => number
  /** Runs once the fault begins; what it returns undoes it. */
  process: (control: ProcessControl) => () => void
}

export type InjectionPoint = keyof InjectionPoints

export const GROUPS = [
  'latency',
  'connections',
  'errors',
  'content',
  'auth',
  'limiter',
  'cache',
  'sse',
  'websocket',
  'jsonrpc',
  'integration',
  'resources',
] as const

export interface FaultEntry {
  readonly name: string
  readonly group: (typeof GROUPS)[number]
  readonly doc: string
  /** Where it acts when the order does not say; `*` is all of /api/v1. */
  readonly endpoint: EndpointName | '*' | 'integration' | 'process'
  /** Where it can act at all. */
  readonly endpoints: readonly EndpointName[] | 'any'
  readonly share?: number
  readonly params: Parameters
  /** Response faults touch valid answers only, unless they say which others. */
  readonly touches?: (status: number, request: FastifyRequest, values: Readonly<Record<string, number | string>>) => boolean
  /** Makes the fault's behaviour, with a state of its own. */
  readonly arm: (values: Readonly<Record<string, number | string>>) => { readonly [S in InjectionPoint]?: InjectionPoints[S] }
}

interface Definition<P extends Parameters> extends Omit<FaultEntry, 'arm' | 'params'> {
  readonly params: P
  readonly arm: (values: Values<P>) => { readonly [S in InjectionPoint]?: InjectionPoints[S] }
}

/** An entry whose behaviour knows the types of its own parameters; values are checked against them before arming. */
export function fault<const P extends Parameters>(definition: Definition<P>): FaultEntry {
  return definition as unknown as FaultEntry
}

export function number(fallback: number, min: number, max: number, doc: string) {
  return { type: 'number', default: fallback, min, max, doc } as const
}

export function text(fallback: string, doc: string) {
  return { type: 'text', default: fallback, doc } as const
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
