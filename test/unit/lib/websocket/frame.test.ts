import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { frameReader, readFrame } from '../../../../lib/websocket/frame.ts'

test('a frame is a JSON object with a type', () => {
  assert.deepEqual(readFrame('{"type":"pong","id":3}'), { type: 'pong', id: 3 })
  for (const text of ['', 'pong', 'null', '3', '[]', '{}', '{"type":3}', '{"type":null}', '{"type":"pong"', '"pong"'])
    assert.equal(readFrame(text), undefined, text)
})

test('what says what a frame is may have another name', () => {
  assert.deepEqual(readFrame('{"message_type":"pong","type":1}', 'message_type'), { message_type: 'pong', type: 'pong' })
  assert.equal(readFrame('{"type":"pong"}', 'message_type'), undefined)
  assert.equal(frameReader('kind')('{"kind":"event"}')?.type, 'event')
})

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), fc.string(), (text, member) => void readFrame(text, member)))
})

test('one that remembers reads the same as one that does not', () => {
  const texts = fc.array(fc.constantFrom('{"type":"a"}', '{"type":"b"}', 'no frame', '', '{"type":"a"} '), { maxLength: 20 })
  fc.assert(
    fc.property(texts, (sent) => {
      const read = frameReader()
      assert.deepEqual(
        sent.map((text) => read(text)),
        sent.map((text) => readFrame(text)),
      )
    }),
  )
})

test('the same words are parsed once', () => {
  const read = frameReader()
  assert.equal(read('{"type":"event"}'), read('{"type":"event"}'))
})
