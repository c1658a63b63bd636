/** Sends one request as k6 would, and waits for all of its answer. */
import http from 'node:http'
import https from 'node:https'

export interface Request {
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body?: string | undefined
}

export interface Answered {
  status: number
  /** Names in Go's form, as k6 has them. */
  headers: Record<string, string>
  body: string
  /** From the first byte that is sent to the last that comes, in milliseconds. */
  ms: number
}

export interface Unanswered {
  /** Why nothing came, in words. */
  error: string
}

export interface Sending {
  /** Seconds. */
  timeout: number
  insecureTls: boolean
}

/** More than this is no answer to one request. */
const MOST_BYTES = 64 * 1024 * 1024
const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNRESET: 'the connection was cut',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is its own; --insecure-tls takes it',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is its own; --insecure-tls takes it',
  CERT_HAS_EXPIRED: 'its certificate is over',
  EPROTO: 'it does not speak TLS there',
}

const canonical = (name: string): string => name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())

export function send({ method, url, headers, body }: Request, sending: Sending): Promise<Answered | Unanswered> {
  return new Promise((resolve) => {
    const { request } = url.startsWith('https:') ? https : http
    const started = performance.now()
    const fail = (error: NodeJS.ErrnoException): void =>
      resolve({ error: (error.code === undefined ? undefined : WHY[error.code]) ?? error.code ?? error.message })
    const length: Record<string, number> = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
    try {
      const sent = request(
        url,
        { method, headers: { ...headers, ...length }, rejectUnauthorized: !sending.insecureTls, agent: false },
        (answer) => {
          const parts: Buffer[] = []
          let bytes = 0
          answer.on('data', (part: Buffer) => {
            parts.push(part)
            bytes += part.length
            if (bytes > MOST_BYTES) answer.destroy(new Error(`its answer has more than ${MOST_BYTES / 1024 / 1024} MB`))
          })
          answer.on('error', fail)
          answer.on('end', () => {
            clearTimeout(timer)
            if (!answer.complete) return resolve({ error: 'its answer was cut off' })
            resolve({
              status: answer.statusCode ?? 0,
              headers: Object.fromEntries(
                Object.entries(answer.headers).map(([name, value]) => [canonical(name), [value].flat().join(', ')]),
              ),
              body: Buffer.concat(parts).toString('utf8'),
              ms: performance.now() - started,
            })
          })
        },
      )
      const timer = setTimeout(
        () => sent.destroy(new Error(`no answer within ${sending.timeout} s (--timeout)`)),
        sending.timeout * 1000,
      )
      sent.on('error', (error) => {
        clearTimeout(timer)
        fail(error)
      })
      sent.end(body)
    } catch (error) {
      // A header or a path that HTTP cannot carry.
      fail(error as Error)
    }
  })
}
