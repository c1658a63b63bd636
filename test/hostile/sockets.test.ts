/** WebSockets that are open and of no use. */
import { type Case, hostile } from './case.ts'
import type { Defect, Frame, HeldSocket } from './gateway/model.ts'

const case_ = (name: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script: 'websocket', defect, verdict: 'fail', plain: 'same', cause: /socket|ws_|pong|event|frame|subscri/i },
  ...{ excuse: /generator|bottleneck|clock/i },
  ...more,
})

/** Changes frames of one type. */
const of = (
  type: string,
  change: (frame: Frame, held: HeldSocket, all: readonly HeldSocket[]) => readonly (Frame | string)[],
): Defect => ({
  frame: (frame, held, all) => (frame.type === type ? change(frame, held, all) : [frame]),
})

hostile('sockets', [
  case_(
    'pongs go to the neighbour',
    () => {
      let kept: { frame: Frame; held: HeldSocket } | undefined
      return of('pong', (frame, held) => {
        if (kept === undefined) {
          kept = { frame, held }
          return []
        }
        const other = kept
        kept = undefined
        other.held.send(frame)
        return [other.frame]
      })
    },
    { plain: 'both' },
  ),
  case_('a pong to every ping but with the id of the one before', () =>
    of('pong', (frame) => [{ ...frame, id: Number(frame.id) - 1 }]),
  ),
  case_('pongs are errors', () => of('pong', ({ id }) => [{ type: 'error', code: 'busy', message: 'busy', id }])),
  case_('each event comes twice', () => of('event', (frame) => [frame, frame])),
  case_('one of ten subscribers misses every third event', () =>
    of('event', (frame, { nth }) => (nth % 10 === 0 && Number(frame.seq) % 3 === 0 ? [] : [frame])),
  ),
  case_('events of another topic', () =>
    of('event', (frame, { nth }) => [nth % 10 === 0 ? { ...frame, topic: 'other' } : frame]),
  ),
  case_('subscriptions are confirmed and no event ever comes', () => of('event', () => [])),
  case_('nothing but greetings', () => ({ frame: (frame) => (frame.type === 'connection' ? [frame] : []) })),
  case_('not even a greeting', () => ({ frame: () => [] })),
  case_('closed with 1000 right after the handshake', () =>
    of('connection', (frame, held) => {
      held.close(1000)
      return [frame]
    }),
  ),
  case_('one of ten is cut off at its first event', () =>
    of('event', (frame, held) => {
      if (held.nth % 10 === 0) held.cut()
      return [frame]
    }),
  ),
  case_(
    'events come before they were sent',
    () => of('event', (frame) => [{ ...frame, sent_at: Number(frame.sent_at) + 60_000 }]),
    // Which of the two clocks is wrong nobody can say.
    { verdict: 'invalid', cause: /clock/, excuse: /generator|bottleneck/i },
  ),
  case_('events are of a day that will never come', () => of('event', (frame) => [{ ...frame, sent_at: 1e308 }])),
  case_('events are kept back for four seconds, and dated when they are sent', () => {
    const kept: { held: HeldSocket; frame: Frame }[] = []
    const letGo = (): void => {
      for (const { held, frame } of kept.splice(0)) held.send({ ...frame, sent_at: Date.now() })
    }
    return of('event', (frame, held) => {
      if (kept.push({ held, frame }) === 1) setTimeout(letGo, 5000).unref()
      return []
    })
  }),
  case_('no more events after the third second of the hold', () => {
    let began: number | undefined
    return of('event', (frame) => {
      began ??= Date.now()
      return Date.now() - began < 3000 ? [frame] : []
    })
  }),
  case_('one handshake of three takes three seconds', () => {
    let nth = 0
    return { opens: (open) => (++nth % 3 === 0 ? void setTimeout(open, 3000) : open()) }
  }),
  case_('everybody gets the events of all topics', () => {
    const topics = new Map<HeldSocket, unknown>()
    const told = new Set<string>()
    return {
      frame(frame, held, all) {
        if (frame.type === 'subscribed') topics.set(held, frame.topic)
        const event = `${frame.topic} ${frame.seq}`
        if (frame.type !== 'event' || told.has(event)) return [frame]
        told.add(event)
        for (const other of all) if (topics.get(other) !== frame.topic) other.send(frame)
        return [frame]
      },
    }
  }),
  case_('events without a time', () => of('event', ({ sent_at: _, ...frame }) => [frame])),
  case_('events that are errors', () => of('event', (frame) => [{ ...frame, error: { code: 'upstream_down' } }])),
  case_('pongs without a time', () => of('pong', ({ sent_at: _, ...frame }) => [frame])),
  case_('frames that say their number twice', () =>
    of('event', (frame) => [JSON.stringify(frame).replace(/"seq":(\d+)/, '"seq":0,"seq":$1')]),
  ),
  case_('frames that are no JSON', () => of('event', (frame, { nth }) => (nth % 10 === 0 ? ['event!'] : [frame]))),
  case_('who has no right is held as well', () => ({ admits: () => true }), { script: 'failure', cause: /token|authoriz/i }),
])
