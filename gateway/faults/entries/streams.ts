import { type FaultEntry, fault, type InjectionPoints, number, type Sequenced } from '../fault.ts'

/** Faults in the order of numbered events are the same on both transports. */
function sequenceFaults(transport: 'sse' | 'websocket', prefix: string, endpoint: 'events' | 'websocket'): FaultEntry[] {
  const kinds: readonly {
    readonly name: string
    readonly doc: string
    readonly share: number
    readonly arm: () => InjectionPoints['event']
  }[] = [
    {
      name: 'lost_event',
      doc: 'A share of the events never arrives; its number is missing.',
      share: 0.1,
      arm: () => (event, _receiver, due) => (due ? [] : [event]),
    },
    {
      name: 'duplicate_event',
      doc: 'A share of the events arrives twice.',
      share: 0.1,
      arm: () => (event, _receiver, due) => (due ? [event, event] : [event]),
    },
    {
      name: 'reordered_events',
      doc: 'A share of the events arrives after the one that follows it.',
      share: 0.1,
      arm() {
        const held = new WeakMap<object, Sequenced>()
        return (event, receiver, due) => {
          const late = held.get(receiver)
          held.delete(receiver)
          if (late) return [event, late]
          if (!due) return [event]
          held.set(receiver, event)
          return []
        }
      },
    },
  ]
  return kinds.map(({ name, doc, share, arm }) =>
    fault({
      name: `${prefix}_${name}`,
      group: transport,
      doc,
      endpoint,
      endpoints: [endpoint],
      share,
      params: {},
      arm: () => ({ event: arm() }),
    }),
  )
}

export const sseFaults: readonly FaultEntry[] = [
  ...sequenceFaults('sse', 'sse', 'events'),
  fault({
    name: 'sse_stalls',
    group: 'sse',
    doc: 'The stream stays open and falls silent.',
    endpoint: 'events',
    endpoints: ['events'],
    params: { after_events: number(5, 0, 1e9, 'events that still come') },
    arm: ({ after_events }) => ({ stream: () => ({ stallAfter: after_events }) }),
  }),
  fault({
    name: 'sse_closes_early',
    group: 'sse',
    doc: 'The server ends the stream by itself.',
    endpoint: 'events',
    endpoints: ['events'],
    params: { after_events: number(5, 1, 1e9, 'events that still come') },
    arm: ({ after_events }) => ({ stream: () => ({ closeAfter: after_events }) }),
  }),
  fault({
    name: 'sse_ignores_last_event_id',
    group: 'sse',
    doc: 'A resumed stream starts at 1 again.',
    endpoint: 'events',
    endpoints: ['events'],
    params: {},
    arm: () => ({ stream: () => ({ ignoreLastEventId: true as const }) }),
  }),
  fault({
    name: 'sse_wrong_event',
    group: 'sse',
    doc: 'A share of the events says nothing.',
    endpoint: 'events',
    endpoints: ['events'],
    share: 0.1,
    params: {},
    arm: () => ({
      event: (event, _receiver, due) => [due ? { ...event, text: event.text.replace(/^data: .*$/m, 'data: {}') } : event],
    }),
  }),
]

export const websocketFaults: readonly FaultEntry[] = [
  ...sequenceFaults('websocket', 'ws', 'websocket'),
  fault({
    name: 'ws_refuses',
    group: 'websocket',
    doc: 'Refuses a share of the handshakes (0.1: one in ten).',
    endpoint: 'websocket',
    endpoints: ['websocket'],
    share: 0.1,
    params: { status: number(503, 400, 599, 'the answer in place of 101') },
    arm: ({ status }) => ({ request: (call) => call.answer(status, '') }),
  }),
  fault({
    name: 'ws_drops',
    group: 'websocket',
    doc: 'Cuts a socket some time after it opened, without a close frame.',
    endpoint: 'websocket',
    endpoints: ['websocket'],
    params: { after_open_s: number(5, 0, 86_400, 'seconds it may live') },
    arm: ({ after_open_s }) => ({ stream: () => ({ dropAfterMs: after_open_s * 1000 }) }),
  }),
  fault({
    name: 'ws_delays_pongs',
    group: 'websocket',
    doc: 'Pongs come late.',
    endpoint: 'websocket',
    endpoints: ['websocket'],
    params: { ms: number(1000, 0, 3_600_000, 'how late') },
    arm: ({ ms }) => ({ pong: () => ms }),
  }),
  fault({
    name: 'ws_no_pongs',
    group: 'websocket',
    doc: 'Pongs never come.',
    endpoint: 'websocket',
    endpoints: ['websocket'],
    params: {},
    arm: () => ({ pong: () => Number.POSITIVE_INFINITY }),
  }),
  fault({
    name: 'ws_wrong_frame',
    group: 'websocket',
    doc: 'Before a share of the events comes a frame of a type that nobody knows.',
    endpoint: 'websocket',
    endpoints: ['websocket'],
    share: 0.1,
    params: {},
    arm: () => ({ event: (event, _receiver, due) => (due ? [{ ...event, text: '{"type":"surprise"}' }, event] : [event]) }),
  }),
  fault({
    name: 'ws_late_events',
    group: 'websocket',
    doc: 'Each event comes only when so many later ones are due.',
    endpoint: 'websocket',
    endpoints: ['websocket'],
    params: { behind: number(4, 1, 1000, 'how many') },
    arm({ behind }) {
      const waiting = new WeakMap<object, Sequenced[]>()
      return {
        event(event, receiver) {
          const queue = waiting.get(receiver) ?? []
          waiting.set(receiver, queue)
          queue.push(event)
          return queue.splice(0, queue.length - behind)
        },
      }
    },
  }),
  fault({
    name: 'ws_no_greeting',
    group: 'websocket',
    doc: 'The first frame does not come.',
    endpoint: 'websocket',
    endpoints: ['websocket'],
    params: {},
    arm: () => ({ stream: () => ({ silentAtOpening: true as const }) }),
  }),
  fault({
    name: 'ws_ignores_subscriptions',
    group: 'websocket',
    doc: 'A subscription is neither confirmed nor served.',
    endpoint: 'websocket',
    endpoints: ['websocket'],
    params: {},
    arm: () => ({ stream: () => ({ deafToSubscriptions: true as const }) }),
  }),
  fault({
    name: 'ws_ignores_close',
    group: 'websocket',
    doc: 'A close frame is answered with none: the connection just ends.',
    endpoint: 'websocket',
    endpoints: ['websocket'],
    params: {},
    arm: () => ({ stream: () => ({ deafToClosing: true as const }) }),
  }),
  fault({
    name: 'ws_clock_ahead',
    group: 'websocket',
    doc: 'The clock that events and pongs are stamped with is ahead.',
    endpoint: 'websocket',
    endpoints: ['websocket'],
    params: { ms: number(60_000, 1, 3_600_000, 'how far') },
    arm: ({ ms }) => ({
      stream: () => ({ clockAheadMs: ms }),
      event: ({ seq, text }) => [{ seq, text: text.replace(/"sent_at":(\d+)/, (_, at) => `"sent_at":${Number(at) + ms}`) }],
    }),
  }),
]
