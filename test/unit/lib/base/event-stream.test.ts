import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readEvents, type StreamEvent } from '../../../../lib/base/event-stream.ts'

test('the examples of the standard', () => {
  assert.deepEqual(readEvents('data: YHOO\ndata: +2\ndata: 10\n\n'), [{ event: 'message', data: 'YHOO\n+2\n10', id: '' }])
  assert.deepEqual(readEvents(': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n'), [
    { event: 'message', data: 'first event', id: '1' },
    { event: 'message', data: 'second event', id: '' },
    { event: 'message', data: ' third event', id: '' },
  ])
  assert.deepEqual(readEvents('data\n\ndata\ndata\n\ndata:\n'), [
    { event: 'message', data: '', id: '' },
    { event: 'message', data: '\n', id: '' },
  ])
})

test('an id holds until another comes; one with a null character is none', () => {
  const ids = readEvents('id: 7\ndata: a\n\ndata: b\n\nid: 8\0\ndata: c\n\n').map(({ id }) => id)
  assert.deepEqual(ids, ['7', '7', '7'])
})

test('an event without data is none, and leaves its name to nobody', () => {
  assert.deepEqual(readEvents('event: keepalive\n\ndata: x\n\n'), [{ event: 'message', data: 'x', id: '' }])
})

test('a byte order mark at the start is skipped, elsewhere it is text', () => {
  assert.deepEqual(readEvents('\uFEFFdata: \uFEFFx\n\n'), [{ event: 'message', data: '\uFEFFx', id: '' }])
})

const word = fc.stringMatching(/^[a-z0-9{}":,. -]{0,20}$/)
const eventOf = fc.record({
  event: fc.stringMatching(/^[a-z]{1,8}$/),
  lines: fc.array(word, { minLength: 1, maxLength: 3 }),
  id: fc.nat(),
})
const lineBreak = fc.constantFrom('\n', '\r\n', '\r')

/** Written with an id, a name and comments in between. */
function write(
  events: readonly { event: string; lines: string[]; id: number }[],
  end: string,
): { text: string; read: StreamEvent[] } {
  const texts = events.map(({ event, lines, id }) =>
    [`:c`, `id: ${id}`, `event: ${event}`, ...lines.map((line) => `data: ${line}`), 'retry: 10', 'unknown', '', ''].join(end),
  )
  return { text: texts.join(''), read: events.map(({ event, lines, id }) => ({ event, data: lines.join('\n'), id: String(id) })) }
}

test('what is written is read, whatever ends its lines', () => {
  fc.assert(
    fc.property(fc.array(eventOf, { maxLength: 8 }), lineBreak, (events, end) => {
      const { text, read } = write(events, end)
      assert.deepEqual(readEvents(text), read)
    }),
  )
})

test('a stream cut anywhere gives the events that were complete, and no half one', () => {
  fc.assert(
    fc.property(fc.array(eventOf, { maxLength: 5 }), fc.nat(), (events, at) => {
      const { text, read } = write(events, '\n')
      const cut = text.slice(0, text.length === 0 ? 0 : at % (text.length + 1))
      const complete = (cut.match(/\n\n/g) ?? []).length
      assert.deepEqual(readEvents(cut), read.slice(0, complete))
    }),
  )
})

test('any text is read without an error, and never more of it than of a longer one', () => {
  const pieces = fc.array(fc.constantFrom('data', 'id', ':', ' ', 'x', '\n', '\r', '\0', '\uFEFF', 'event', '1'), {
    maxLength: 40,
  })
  fc.assert(
    fc.property(pieces, pieces, (some, more) => {
      // What follows may turn a last carriage return into half a line break, not into something else.
      const text = `${some.join('')}\n`
      const shorter = readEvents(text)
      assert.deepEqual(readEvents(text + more.join('')).slice(0, shorter.length), shorter)
    }),
  )
})
