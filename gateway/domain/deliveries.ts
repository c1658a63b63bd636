import { Agent, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as TlsAgent } from 'node:https'
import type { PublishedEvent, Send } from './webhooks.ts'

const TIMEOUT_MS = 5000

export interface Sender {
  readonly send: Send
  close(): void
}

/** Posts events to their receivers over kept connections. Never twice: a failed one stays failed. */
export function openSender(): Sender {
  const http = new Agent({ keepAlive: true, maxFreeSockets: 32 })
  // Receivers on loopback have certificates that they made themselves.
  const https = new TlsAgent({ keepAlive: true, maxFreeSockets: 32, rejectUnauthorized: false })
  return {
    send: (url, event) => post(url, url.startsWith('https:') ? https : http, event),
    close() {
      http.destroy()
      https.destroy()
    },
  }
}

function post(url: string, agent: Agent, event: PublishedEvent): Promise<boolean> {
  const body = JSON.stringify({ ...event, sent_at: Date.now() })
  return new Promise((resolve) => {
    const request = (url.startsWith('https:') ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent,
      timeout: TIMEOUT_MS,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-event-id': event.id },
    })
    request.on('response', (response) => {
      const { statusCode = 0 } = response
      response.resume().on('close', () => resolve(response.complete && statusCode >= 200 && statusCode < 300))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
    request.end(body)
  })
}
