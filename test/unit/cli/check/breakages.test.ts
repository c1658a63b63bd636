import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { breakagesOf } from '../../../../cli/check/breakages.ts'

const headers = { 'Content-Type': 'application/json' }
const whats = (body: unknown, sent: string[] = [], other?: unknown) =>
  Object.fromEntries(
    breakagesOf(
      { body: JSON.stringify(body), headers },
      sent,
      other === undefined ? undefined : { body: JSON.stringify(other), headers },
    ).map(({ what, broken }) => [what, broken.body]),
  )

test('an answer is broken one thing at a time', () => {
  const broken = whats({ id: 7, lines: [{ sku: 'a' }] }, ['7'], { id: 8, lines: [] })
  assert.deepEqual(Object.keys(broken), [
    'another id',
    'no id',
    'no lines',
    'no lines[0].sku',
    'another type of id',
    'another type of lines',
    'another type of lines[0].sku',
    'an empty list at lines',
    '{} as the last item of the list at lines',
    '{} in its place',
    'an error that repeats the request',
    'the answer to another request',
    'half of it',
    'a page of HTML',
  ])
  assert.equal(broken['another id'], '{"id":8,"lines":[{"sku":"a"}]}')
  assert.equal(broken['no lines[0].sku'], '{"id":7,"lines":[{}]}')
  assert.equal(broken['an empty list at lines'], '{"id":7,"lines":[]}')
  assert.equal(broken['{} as the last item of the list at lines'], '{"id":7,"lines":[{"sku":"a"},{}]}')
  assert.equal(broken['an error that repeats the request'], '{"error":"nothing found for 7"}')
})

test('another id is what was sent, and where nothing was, what is called so; it stays of its kind', () => {
  assert.equal(whats({ name: 'ann', id: 7 }, ['ann'])['another name'], '{"name":"anb","id":7}'.replace('anb', 'ana'))
  assert.ok(!('another id' in whats({ name: 'ann', id: 7 }, ['ann'])))
  assert.equal(whats([{ id: '3f2504e0-0009' }])['another [0].id'], '[{"id":"3f2504e0-0000"}]'.replace('0000', '000a'))
})

test('a text is broken too, and no body not at all', () => {
  const text = { body: 'pong', headers: {} }
  assert.deepEqual(
    breakagesOf(text, [], undefined).map(({ what }) => what),
    ['an empty body', 'half of it', 'a page of HTML'],
  )
  assert.deepEqual(breakagesOf({ body: '', headers: {} }, [], undefined), [])
})

test('every breakage differs from the real answer, whatever that is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.array(fc.string()), (value, sent) => {
      const body = JSON.stringify(value)
      for (const { what, broken } of breakagesOf({ body, headers }, sent, undefined)) assert.notEqual(broken.body, body, what)
    }),
  )
})
