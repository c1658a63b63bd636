/** One request of the control probe and its answer, over the connections of one of its users. */
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { WholeAnswer } from './answer-check.ts'
import { addressOf, headerLines } from './as-k6.ts'

export interface User {
  http: HttpAgent
  https: HttpsAgent
}

export const newUser = (insecureTls: boolean): User => ({
  http: new HttpAgent({ keepAlive: true }),
  https: new HttpsAgent({ keepAlive: true, rejectUnauthorized: !insecureTls }),
})

export interface Question {
  url: string
  method: string
  body?: string
  headers: Readonly<Record<string, string>>
  userAgent: string
  timeoutMs: number
}

/** With moments of `performance.now()`. */
export interface Answered extends WholeAnswer {
  asked: number
  /** When there was a connection: where k6's duration begins. */
  began: number
  ended: number
}

/** Whatever breaks rejects, with the code of what broke; nothing is sent again. */
export function exchange(user: User, { url, method, body, headers, userAgent, timeoutMs }: Question): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { tls, host, ...to } = addressOf(url)
    const asked = performance.now()
    let began = asked
    const sent = (tls ? httpsRequest : httpRequest)({ ...to, method, agent: tls ? user.https : user.http, setHost: false })
    const lines = headerLines(host, userAgent, method, body, headers)
    for (const [header, value] of lines) sent.setHeader(header, value)
    // Go says nothing about a connection that it means to keep.
    if (!lines.some(([header]) => header === 'Connection')) sent.removeHeader('Connection')
    // Of the whole answer, as k6's is: one that drips is none.
    const patience = setTimeout(() => {
      sent.destroy(Object.assign(new Error('no answer in time'), { code: 'TIMEOUT' }))
    }, timeoutMs)
    const answered = (status: number, rawHeaders: readonly string[], whole: Buffer): void => {
      clearTimeout(patience)
      resolve({ status, rawHeaders, body: whole, asked, began, ended: performance.now() })
    }
    const broken = (error: unknown): void => {
      clearTimeout(patience)
      reject(error)
    }
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => answered(response.statusCode ?? 0, response.rawHeaders, Buffer.concat(chunks)))
      response.on('error', broken)
    })
    sent.on('upgrade', (response, socket) => {
      socket.destroy()
      answered(response.statusCode ?? 0, response.rawHeaders, Buffer.alloc(0))
    })
    sent.on('socket', (socket) => {
      began = performance.now()
      if (socket.connecting)
        socket.once(tls ? 'secureConnect' : 'connect', () => {
          began = performance.now()
        })
    })
    sent.on('error', broken)
    sent.end(body)
  })
}
