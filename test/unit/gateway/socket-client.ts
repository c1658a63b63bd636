import type { TestContext } from 'node:test'
import { WebSocket } from 'ws'
import { type Listening, PATIENCE_MS } from './app-under-test.ts'

export interface Frame {
  readonly type: string
  readonly [field: string]: unknown
}

/** A client that keeps every frame it got. */
export interface SocketClient {
  readonly frames: Frame[]
  readonly socket: WebSocket
  send(message: unknown): void
  /** The first frame of a type, once it is there. */
  next(type: string): Promise<Frame>
  ofType(type: string): Frame[]
}

export function connect(t: TestContext, { port, token }: Listening, query = `?token=${token}`): Promise<SocketClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/ws${query}`)
  t.after(() => socket.terminate())
  const frames: Frame[] = []
  const ofType = (type: string): Frame[] => frames.filter((frame) => frame.type === type)
  socket.on('message', (data) => frames.push(JSON.parse(String(data))))
  const client: SocketClient = {
    frames,
    socket,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    ofType,
    next: (type) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const [found] = ofType(type)
          if (!found) return
          clearTimeout(timer)
          socket.off('message', look)
          resolve(found)
        }
        const timer = setTimeout(() => reject(new Error(`waited ${PATIENCE_MS} ms in vain for ${type}`)), PATIENCE_MS)
        socket.on('message', look)
        look()
      }),
  }
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(client))
    socket.on('error', reject)
    socket.on('unexpected-response', (_request, response) => reject(new Refused(response.statusCode ?? 0)))
  })
}

export class Refused extends Error {
  readonly status: number

  constructor(status: number) {
    super(`the handshake was answered ${status}`)
    this.status = status
  }
}
