import { STATUS_CODES } from 'node:http'
import { type FaultEntry, fault, number, wait } from '../fault.ts'
import { block, seeded } from '../proportion.ts'

const HOUR_MS = 3_600_000

export const latencyFaults: readonly FaultEntry[] = [
  fault({
    name: 'latency',
    group: 'latency',
    doc: 'Every request waits before its handler; with a share, only that share of them.',
    endpoint: '*',
    endpoints: 'any',
    params: { ms: number(200, 0, HOUR_MS, 'the wait') },
    arm: ({ ms }) => ({ request: () => wait(ms) }),
  }),
  fault({
    name: 'latency_ramp',
    group: 'latency',
    doc: 'A slow leak: from its first request on the wait grows steadily from zero.',
    endpoint: '*',
    endpoints: 'any',
    params: {
      ms_per_s: number(5, 0, 10_000, 'growth of the wait for each second'),
      max_ms: number(5000, 0, HOUR_MS, 'where the growth ends'),
    },
    arm({ ms_per_s, max_ms }) {
      let began: number | undefined
      return {
        request() {
          began ??= performance.now()
          return wait(Math.min(max_ms, ((performance.now() - began) / 1000) * ms_per_s))
        },
      }
    },
  }),
  fault({
    name: 'latency_bimodal',
    group: 'latency',
    doc: 'A known distribution: each 100 requests hold exactly the slow share, at places a seed decides.',
    endpoint: '*',
    endpoints: 'any',
    params: {
      fast_ms: number(5, 0, HOUR_MS, 'the wait of most'),
      slow_ms: number(500, 0, HOUR_MS, 'the wait of the tail'),
      slow_percent: number(1, 0, 100, 'the tail, in requests of each hundred'),
      seed: number(1, 0, 0xffff_ffff, 'decides the places'),
    },
    arm({ fast_ms, slow_ms, slow_percent, seed }) {
      const isSlow = block(slow_percent, seeded(seed))
      return { request: () => wait(isSlow() ? slow_ms : fast_ms) }
    },
  }),
  fault({
    name: 'stall',
    group: 'latency',
    doc: 'The whole process stands still, streams and sockets too: once, or again and again.',
    endpoint: 'process',
    endpoints: [],
    params: {
      ms: number(2000, 1, 60_000, 'length of the stall'),
      every_s: number(0, 0, 3600, 'seconds from one stall to the next; 0 = once'),
    },
    arm: ({ ms, every_s }) => ({
      process() {
        const flag = new Int32Array(new SharedArrayBuffer(4))
        // Sleeps rather than spins: a stalled gateway waits for something, it does not compute.
        const stall = () => void Atomics.wait(flag, 0, 0, ms)
        // A moment's grace, so that whoever ordered the fault gets the answer first.
        const first = setTimeout(stall, 50)
        const next = every_s > 0 ? setInterval(stall, every_s * 1000) : undefined
        return () => {
          clearTimeout(first)
          clearInterval(next)
        }
      },
    }),
  }),
  fault({
    name: 'slow_body',
    group: 'latency',
    doc: 'Headers come at once, the body in pieces over a time.',
    endpoint: '*',
    endpoints: 'any',
    params: { ms: number(1000, 1, HOUR_MS, 'from the first piece to the last'), pieces: number(10, 2, 1000, 'pieces') },
    touches: () => true,
    arm: ({ ms, pieces }) => ({
      response(answer) {
        const bytes = Buffer.from(answer.body)
        answer.stream(inPieces(bytes, Math.max(1, Math.ceil(bytes.length / pieces)), ms / pieces))
      },
    }),
  }),
  fault({
    name: 'slow_headers',
    group: 'latency',
    doc: 'The status line and headers come line by line over a time (over HTTP/2 they just come late).',
    endpoint: '*',
    endpoints: 'any',
    params: { ms: number(1000, 1, HOUR_MS, 'until the headers are whole') },
    touches: () => true,
    arm: ({ ms }) => ({
      async response(answer) {
        const { reply } = answer
        const socket = reply.raw.socket
        if (reply.request.raw.httpVersionMajor > 1 || !socket) return wait(ms)
        answer.takeOver(async (body) => {
          const headers = Object.entries(reply.getHeaders()).map(([name, value]) => `${name}: ${value}`)
          const lines = [
            `HTTP/1.1 ${reply.statusCode} ${STATUS_CODES[reply.statusCode] ?? ''}`,
            ...headers,
            `content-length: ${Buffer.byteLength(body)}`,
            'connection: close',
          ]
          for (const line of lines) {
            socket.write(`${line}\r\n`)
            await wait(ms / lines.length)
          }
          socket.end(`\r\n${body}`)
        })
      },
    }),
  }),
]

async function* inPieces(bytes: Buffer, size: number, pauseMs: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) {
    yield bytes.subarray(from, from + size)
    await wait(pauseMs)
  }
}
