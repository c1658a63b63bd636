/** What a gateway is made of, and where a defect takes hold of it. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
  /** What is sent in place of the body, byte for byte. */
  bytes?: Buffer
}

/** A request as the gateway sees it. */
export interface Exchange {
  method: string
  /** As sent, without the query. */
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** Names and values in the order in which they came. */
  rawHeaders: readonly string[]
  body: string
  /** Short name of the route, such as `resource`; `none` where there is no such route. */
  route: string
  /** How many requests of this route there were, this one included. */
  nth: number
  /** How many requests its connection has carried, this one included. */
  onConnection: number
  /** Seconds since the load began; undefined before it, and of what setup and teardown ask. */
  at: number | undefined
  /** Requests of the last second, this one included. */
  rate: number
  /** Whether the client calls itself k6. */
  k6: boolean
  /** What JSON-RPC calls, else empty. */
  rpc: string
  socket: Socket
  /** For answers that are no answers: a defect that uses it gives none back. */
  response: ServerResponse
}

/** What a token was found to be. */
export type TokenState = 'good' | 'none' | 'bad' | 'forged' | 'unsigned' | 'expired'

/** What one request adds to the counter. */
export interface Counted {
  method: string
  route: string
  status: string
}

/** What goes over a WebSocket. */
export type Frame = Readonly<Record<string, unknown>>

/** A WebSocket as the gateway holds it. */
export interface HeldSocket {
  /** Which one it is, of all that were opened. */
  nth: number
  /** A text is sent as it is. */
  send(frame: Frame | string): void
  close(code: number): void
  cut(): void
}

/** One small change of the right gateway. */
export interface Defect {
  /** How often it took hold of a request, for defects that look for somebody. */
  struck?(): number
  /** Whether the gateway speaks TLS; with a number, that many milliseconds pass before each handshake goes on. */
  tls?: true | { handshakeMs: number }
  connected?(socket: Socket): void
  /** Whether a token is let in. */
  admits?(state: TokenState, exchange: Exchange): boolean
  /**
   * @param right makes the valid answer, with all that it does to the gateway
   * @returns undefined where the response was taken care of; it is not counted then
   */
  answer?(exchange: Exchange, right: () => Answer): Answer | undefined | Promise<Answer | undefined>
  /** @returns what is counted of a request, as often as it is counted */
  counts?(one: Counted, exchange: Exchange): readonly Counted[]
  /**
   * @param look which look at the page this is
   * @param load whether k6 has sent anything yet
   */
  page?(text: string, look: number, load: boolean): string
  /** @param open answers the handshake of a WebSocket */
  opens?(open: () => void): void
  /**
   * @param frame the right one, which `held` is due
   * @param all sockets that are open
   * @returns what is sent to it instead
   */
  frame?(frame: Frame, held: HeldSocket, all: readonly HeldSocket[]): readonly (Frame | string)[]
}
