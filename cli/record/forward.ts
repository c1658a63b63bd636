/** Passes on to a Prometheus what k6 pushes to us, without ever making k6 wait for it. */
import { redact } from '../../lib/base/redact.ts'
import { messageOf } from '../base/errors.ts'
import type { Push } from './receiver.ts'

export interface Forwarder {
  pass(push: Push): void
  /** Sends something of our own after everything before it. */
  send(body: Uint8Array): void
  /** Waits until everything is out, or for as long as it may take; what is left then is given up. */
  drain(): Promise<void>
  /** What was not delivered, and why; undefined when everything was. */
  problem(): string | undefined
}

/** A Prometheus that is slower than k6 must not fill our memory: the oldest pushes give way. */
const WAITING = 60
const LIMITS = { timeout: 5_000, drain: 15_000 }
/** Set anew for each request, or of one connection only. */
const NOT_PASSED_ON = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding'])
const PROTOCOL = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
  'user-agent': 'loadgate',
}

type Headers = Record<string, string>

/** The user's own headers (authorization, tenant) are in what k6 sends. */
function passedOn(headers: Push['headers']): Headers {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || NOT_PASSED_ON.has(name) ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

function reason(error: unknown): string {
  const { cause } = error as { cause?: unknown }
  return messageOf(cause instanceof Error && cause.message !== '' ? cause : error)
}

/** @param url remote-write address; a user and password in it become basic authorization, which fetch takes from headers only */
export function forwarder(url: string, limits = LIMITS): Forwarder {
  const to = new URL(url)
  const own: Headers = { ...PROTOCOL }
  /** An answer may repeat them. */
  const secrets: string[] = []
  if (to.username !== '') {
    const [user, password] = [to.username, to.password].map(decodeURIComponent)
    const basic = Buffer.from(`${user}:${password}`).toString('base64')
    own.authorization = `Basic ${basic}`
    secrets.push(basic, password ?? '')
    to.username = ''
    to.password = ''
  }
  const waiting: { body: Uint8Array; headers: Headers }[] = []
  let seen: Headers = {}
  let failed = 0
  let first: string | undefined
  let working: Promise<void> | undefined
  const ended = new AbortController()

  const deliver = async ({ body, headers }: (typeof waiting)[number]): Promise<void> => {
    try {
      const response = await fetch(to, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(limits.timeout), ended.signal]),
      })
      if (!response.ok)
        throw new Error(
          `answered ${response.status}: ${redact(await response.text(), secrets)
            .slice(0, 200)
            .trim()}`,
        )
      await response.arrayBuffer()
    } catch (error) {
      failed += 1
      first ??= reason(error)
    }
  }
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await deliver(next)
    working = undefined
  }
  const enqueue = (body: Uint8Array, headers: Headers): void => {
    if (waiting.length >= WAITING) {
      waiting.shift()
      failed += 1
      first ??= 'slower than k6'
    }
    waiting.push({ body, headers })
    working ??= work()
  }
  return {
    pass({ body, headers, series }) {
      seen = passedOn(headers)
      // The last push says everything once more with the mark of the end, which only our recorder has a use for.
      if (series.some(({ sample }) => Number.isNaN(sample?.value))) return
      enqueue(body, { ...seen, ...own })
    },
    send: (body) => enqueue(body, { ...seen, ...own }),
    async drain() {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, limits.drain)
      })
      await Promise.race([working ?? Promise.resolve(), late])
      clearTimeout(timer)
      failed += waiting.splice(0).length
      ended.abort(new Error('slower than k6'))
    },
    problem: () => (failed === 0 ? undefined : `${failed} pushes were not delivered: ${first}`),
  }
}
