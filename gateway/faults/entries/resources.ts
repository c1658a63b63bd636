import { Worker } from 'node:worker_threads'
import { errorBody, JSON_TYPE } from '../../base/errors.ts'
import { type FaultEntry, fault, number, text } from '../fault.ts'

const TICK_MS = 50

export const resourceFaults: readonly FaultEntry[] = [
  fault({
    name: 'memory_leak',
    group: 'resources',
    doc: 'Resident memory grows steadily.',
    endpoint: 'process',
    endpoints: [],
    params: {
      mb_per_s: number(10, 0.1, 1000, 'growth'),
      max_mb: number(512, 1, 16_384, 'where the growth ends'),
    },
    arm: ({ mb_per_s, max_mb }) => ({
      process() {
        let held: Buffer[] = []
        let heldMb = 0
        const timer = setInterval(() => {
          const mb = Math.min((mb_per_s * TICK_MS) / 1000, max_mb - heldMb)
          if (mb <= 0) return
          heldMb += mb
          // Filled, as pages that nobody wrote to are not resident.
          held.push(Buffer.alloc(Math.round(mb * 1024 * 1024), 1))
        }, TICK_MS)
        return () => {
          clearInterval(timer)
          held = []
        }
      },
    }),
  }),
  fault({
    name: 'cpu_burn',
    group: 'resources',
    doc: 'The event loop computes nonsense for a part of the time, threads beside it all of the time.',
    endpoint: 'process',
    endpoints: [],
    params: {
      part: number(0.5, 0, 0.95, "the event loop's part of one core"),
      threads: number(0, 0, 16, 'threads beside it'),
    },
    arm: ({ part, threads }) => ({
      process() {
        const timer = setInterval(() => {
          const until = performance.now() + TICK_MS * part
          while (performance.now() < until);
        }, TICK_MS)
        const workers = Array.from({ length: threads }, () => new Worker('for (;;);', { eval: true }))
        return () => {
          clearInterval(timer)
          for (const worker of workers) void worker.terminate()
        }
      },
    }),
  }),
  fault({
    name: 'connection_leak',
    group: 'resources',
    doc: 'Connections that nobody uses stay open, more and more of them.',
    endpoint: 'process',
    endpoints: [],
    params: { per_s: number(10, 0.1, 1000, 'connections a second') },
    arm: ({ per_s }) => ({
      process(control) {
        const ends: (() => void)[] = []
        const timer = setInterval(() => ends.push(control.connect()), 1000 / per_s)
        return () => {
          clearInterval(timer)
          for (const end of ends) end()
        }
      },
    }),
  }),
  fault({
    name: 'worker_restart',
    group: 'resources',
    doc: 'As if the process were replaced: connections are cut, memory is empty, counters and start time begin anew.',
    endpoint: 'process',
    endpoints: [],
    params: { down_ms: number(200, 0, 600_000, 'how long nobody listens') },
    arm: ({ down_ms }) => ({
      process(control) {
        const listenAgain = control.stopListening()
        control.cutConnections()
        control.forget()
        const timer = setTimeout(listenAgain, down_ms)
        return () => {
          clearTimeout(timer)
          listenAgain()
        }
      },
    }),
  }),
  fault({
    name: 'metrics_frozen',
    group: 'resources',
    doc: 'Metrics stay what they were at the first scrape.',
    endpoint: 'metrics',
    endpoints: ['metrics'],
    params: {},
    arm() {
      let frozen: string | undefined
      return {
        response(answer) {
          frozen ??= answer.body
          answer.body = frozen
        },
      }
    },
  }),
  fault({
    name: 'metrics_missing',
    group: 'resources',
    doc: 'One metric is not among the metrics.',
    endpoint: 'metrics',
    endpoints: ['metrics'],
    params: { metric: text('gateway_requests_total', 'its name') },
    arm: ({ metric }) => ({
      response(answer) {
        const series = new RegExp(`^(# (HELP|TYPE) )?${metric.replace(/\W/g, '')}(_bucket|_sum|_count)?[ {].*\n?`, 'gm')
        answer.body = answer.body.replace(series, '')
      },
    }),
  }),
  fault({
    name: 'metrics_relabelled',
    group: 'resources',
    doc: 'From the second scrape on, a label has another name.',
    endpoint: 'metrics',
    endpoints: ['metrics'],
    params: { label: text('method', 'its name at first') },
    arm({ label }) {
      let scrapes = 0
      return {
        response(answer) {
          if (++scrapes > 1) answer.body = answer.body.replaceAll(`${label}="`, `its_${label}="`)
        },
      }
    },
  }),
  fault({
    name: 'metrics_not_found',
    group: 'resources',
    doc: 'GET /metrics answers 404.',
    endpoint: 'metrics',
    endpoints: ['metrics'],
    params: {},
    arm: () => ({
      request: (call) => call.answer(404, errorBody('not_found', 'no such route'), { 'content-type': JSON_TYPE }),
    }),
  }),
]
