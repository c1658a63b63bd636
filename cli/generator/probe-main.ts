/** The control probe's process: an order on stdin, samples on stdout. It ends when its stdin closes, so it never outlives the command. */
import { createInterface } from 'node:readline'
import { Probe } from './probe.ts'
import type { ProbeOrder, Written, WrittenSample } from './probe-protocol.ts'

const WRITE_MS = 250

const say = (written: Written): boolean => process.stdout.write(`${JSON.stringify(written)}\n`)
const rounded = (ms: number | null): number | null => (ms === null ? null : Number(ms.toFixed(3)))

let waiting: WrittenSample[] = []
const write = (): void => {
  if (waiting.length > 0) say(waiting)
  waiting = []
}

let probe: Probe | undefined
const input = createInterface({ input: process.stdin })
input.once('line', (line) => {
  probe = new Probe(JSON.parse(line) as ProbeOrder, {
    sample({ at, endpoint, ms, waited, late, failure }) {
      waiting.push([at, endpoint, rounded(ms), rounded(waited), Math.round(late), failure])
    },
    example(example) {
      say({ example })
    },
  })
  probe.start()
})
const timer = setInterval(write, WRITE_MS)
input.once('close', async () => {
  clearInterval(timer)
  await probe?.stop()
  write()
  process.stdout.write(`${JSON.stringify({ tally: probe?.tally() ?? [] })}\n`, () => process.exit(0))
})
process.stdout.on('error', () => process.exit(0))
