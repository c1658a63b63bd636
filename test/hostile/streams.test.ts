/** Event streams that are held open and of no use. */
import { type Case, hostile } from './case.ts'
import { later } from './gateway/defects.ts'
import type { Defect, Exchange } from './gateway/model.ts'

const case_ = (name: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script: 'sse', defect, verdict: 'fail', plain: 'same', cause: /sse_|stream|event/i },
  ...{ excuse: /generator|bottleneck|clock/i },
  ...more,
})

const isHeld = ({ route, query }: Exchange): boolean => route === 'events' && !query.has('count')
const EVERY_MS = 100
const event = (seq: number, at = Date.now(), more: object = {}): string =>
  `id: ${seq}\nevent: tick\ndata: ${JSON.stringify({ seq, sent_at: at, ...more })}\n\n`

/** Writes held streams: `write` is given what sends a text, and the number of the last event before. */
const held = (write: (send: (text: string) => void, last: number) => NodeJS.Timeout | undefined): Defect => ({
  answer(exchange, right) {
    const answer = right()
    if (!isHeld(exchange) || answer.status !== 200) return answer
    const { response, headers } = exchange
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.flushHeaders()
    const timer = write((text) => response.write(text), Number(headers['last-event-id'] ?? 0))
    response.once('close', () => clearInterval(timer))
    return undefined
  },
})
/** One event after another, the first at once. */
const ticking = (text: (seq: number) => string, everyMs = EVERY_MS): Defect =>
  held((send, last) => {
    let seq = last
    const tick = () => send(text(++seq))
    tick()
    return setInterval(tick, everyMs)
  })
/** So many events, dated as if one came after the other. */
const dated = (count: number, last: number): string =>
  Array.from({ length: count }, (_, i) => event(last + i + 1, Date.now() + i * EVERY_MS)).join('')

hostile('streams', [
  case_('four seconds of events at once, then nothing', () =>
    held((send, last) => {
      send(dated(40, last))
      return undefined
    }),
  ),
  case_('each second the events of the next one', () =>
    held((send, last) => {
      let seq = last
      const write = () => {
        send(dated(10, seq))
        seq += 10
      }
      write()
      return setInterval(write, 10 * EVERY_MS)
    }),
  ),
  case_('dates of 1970', () => ticking((seq) => event(seq, seq * EVERY_MS))),
  case_('numbers that are texts', () => ticking((seq) => event(seq).replace(`"seq":${seq}`, `"seq":"${seq}"`))),
  case_('events that are errors', () => ticking((seq) => event(seq, Date.now(), { error: { code: 'upstream_down' } }))),
  case_('ten events where one is due', () => ticking((seq) => event(seq), EVERY_MS / 10)),
  case_('every other stream gets twice too much, and the others next to nothing', () => {
    let nth = 0
    const streams = (everyMs: number) => ticking((seq) => event(seq), everyMs)
    const [often, seldom] = [streams(EVERY_MS / 1.9), streams(EVERY_MS * 15)]
    return { answer: (exchange, right) => (isHeld(exchange) && ++nth % 2 === 0 ? seldom : often).answer?.(exchange, right) }
  }),
  case_('nothing but comments after three seconds', () => {
    const began = Date.now()
    return ticking((seq) => (Date.now() - began < 5000 ? event(seq) : ': still here\n\n'))
  }),
  case_('one stream of three is answered two seconds late', () => {
    let nth = 0
    return {
      async answer(exchange, right) {
        if (isHeld(exchange) && ++nth % 3 === 0) await later(2200)
        return right()
      },
    }
  }),
])
