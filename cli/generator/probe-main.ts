/** The control probe's process: an order on stdin, samples on stdout. It ends when its stdin closes, so it never outlives the command. */
import { createInterface } from 'node:readline'
import { Probe } from './probe.ts'
import type { ProbeOrder, WrittenSample } from './probe-protocol.ts'

const WRITE_MS = 250

let waiting: WrittenSample[] = []
const write = (): void => {
  if (waiting.length > 0) process.stdout.write(`${JSON.stringify(waiting)}\n`)
  waiting = []
}

let probe: Probe | undefined
const input = createInterface({ input: process.stdin })
input.once('line', (line) => {
  probe = new Probe(JSON.parse(line) as ProbeOrder, ({ at, endpoint, ms, ok }) => {
    waiting.push([at, endpoint, ms === null ? null : Number(ms.toFixed(3)), ok ? 1 : 0])
  })
  probe.start()
})
const timer = setInterval(write, WRITE_MS)
input.once('close', () => {
  clearInterval(timer)
  probe?.stop()
  write()
  process.stdout.write(`${JSON.stringify({ tally: probe?.tally() ?? [] })}\n`, () => process.exit(0))
})
process.stdout.on('error', () => process.exit(0))
