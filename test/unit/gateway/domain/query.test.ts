import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { acceptAction } from '../../../../gateway/domain/action.ts'
import { parseLastEventId, parsePage, parseStreamQuery, parseWhole } from '../../../../gateway/domain/query.ts'
import { buildDocument, etagMatches, listResources, resourceId, resourceIndex } from '../../../../gateway/domain/resources.ts'

const anything = fc.oneof(
  fc.string(),
  fc.integer().map(String),
  fc.double().map(String),
  fc.constant(undefined),
  fc.array(fc.string()),
)

test('a whole number within bounds is itself; nothing else passes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (value) =>
      assert.equal(parseWhole(String(value), 0, 0, 1_000_000), value),
    ),
  )
  fc.assert(
    fc.property(anything, (text) => {
      const value = parseWhole(text, 7, 1, 100)
      if (value !== null) assert.ok(Number.isInteger(value) && value >= 1 && value <= 100)
      if (typeof text === 'string' && !/^\d+$/.test(text)) assert.equal(value, null)
    }),
  )
})

test('any query gives a page or stream within its rule, or null', () => {
  fc.assert(
    fc.property(anything, anything, (a, b) => {
      const page = parsePage({ limit: a, offset: b })
      if (page) assert.ok(page.limit >= 1 && page.limit <= 100 && page.offset >= 0)
      const stream = parseStreamQuery({ interval: a, count: b })
      if (stream) assert.ok(stream.intervalMs >= 10 && stream.intervalMs <= 10_000 && stream.count >= 0)
      const last = parseLastEventId(a)
      if (last !== null) assert.ok(Number.isSafeInteger(last + 1) && last >= 0)
    }),
  )
})

test('a page of the list is JSON with exactly the items it should have', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 600 }), (limit, offset) => {
      const { items, total } = JSON.parse(listResources(limit, offset))
      assert.equal(total, 500)
      assert.equal(items.length, Math.max(0, Math.min(limit, 500 - offset)))
      items.forEach((item: { id: string }, at: number) => {
        assert.equal(item.id, resourceId(offset + at))
      })
    }),
  )
})

test('only seeded ids have a place', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 499 }), (index) => assert.equal(resourceIndex(resourceId(index)), index)))
  fc.assert(
    fc.property(fc.string(), (text) => {
      const index = resourceIndex(text)
      assert.ok(index === null || resourceId(index) === text)
    }),
  )
})

test('an ETag stands for its bytes and is found in any list', () => {
  const tags = new Set(Array.from({ length: 500 }, (_, index) => buildDocument(index).etag))
  assert.equal(tags.size, 500)
  assert.notEqual(buildDocument(3).etag, buildDocument(3, 99).etag)
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,5}$/)), fc.boolean(), (others, weak) => {
      const list = [...others.map((other) => `"${other}"`), `${weak ? 'W/' : ''}"the-tag"`].join(' , ')
      assert.equal(etagMatches(list, '"the-tag"'), true)
      assert.equal(etagMatches(others.map((other) => `"${other}"`).join(','), '"the-tag"'), false)
    }),
  )
})

test('whatever the body, an action is echoed word for word or refused', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 64 }), fc.dictionary(fc.string(), fc.jsonValue()), (action, payload) => {
      const text = acceptAction({ action, payload })
      assert.deepEqual(JSON.parse(text ?? '').payload, JSON.parse(JSON.stringify(payload)))
      assert.equal(JSON.parse(text ?? '').action, action)
    }),
  )
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      const text = acceptAction(body)
      assert.ok(text === null || JSON.parse(text).status === 'accepted')
    }),
  )
})
