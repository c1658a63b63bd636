import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seeded } from '../../../../lib/base/random.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'
import { resources } from '../../../../lib/rest/resources.ts'

const LIMIT = 20
const item = (n: number) => ({ id: `r-${n}`, name: `Resource ${n}`, revision: 1 })
type Item = ReturnType<typeof item>
const list = (length: number): Item[] => Array.from({ length }, (_, n) => item(n))
const page = (items: readonly Item[], offset: number, more: object = {}): string =>
  JSON.stringify({ total: items.length, limit: LIMIT, offset, items: items.slice(offset, offset + LIMIT), ...more })

/** One VU. */
function walker() {
  const { check } = resources.check(new VuState(1, 'run'))
  return (body: string, offset: number, known = 0) => check(body, `${offset} of ${known}`, {})
}
const OFFSETS = [0, 20, 40, 60, 80]

test('pages are asked for in order, then those near the end that the target gives', () => {
  assert.deepEqual(
    resources.calls(seeded(1), {}).map(({ query }) => query),
    OFFSETS.map((offset) => `limit=20&offset=${offset}`),
  )
  const others = () => ({ id: ['r-0', 'r-1'] })
  const last = resources.calls(seeded(1), { offset: ['490'] }, others).at(-1)
  assert.deepEqual(last, { query: 'limit=20&offset=490', expect: '490 of 2 in r- 0 1 ' })
})

test('items of a list are those that the target names, but for as many as it has more', () => {
  const asked = (known: number, offset = 0) => `${offset} of ${known} in r- 0 ${known - 1} `
  const { check } = resources.check(new VuState(1, 'run'))
  const named = (body: string, known: number, offset = 0) => check(body, asked(known, offset), {})
  const ghostsOf = (total: number, offset: number) =>
    page(
      list(total).map((one) => ({ ...one, id: `ghost-${one.id}` })),
      offset,
    )
  const ghosts = ghostsOf(30, 0)
  assert.equal(named(page(list(30), 0), 30), undefined)
  assert.equal(named(ghosts, 30), 'has item "ghost-r-0", which the target does not have')
  assert.equal(named(ghosts.replace('"total":30', '"total":49'), 30), 'has item "ghost-r-0", which the target does not have')
  assert.equal(named(ghostsOf(50, 0), 30), undefined, 'there are others, whom nobody has named')
  assert.equal(named(ghostsOf(50, 20), 30, 20), 'has item "ghost-r-20", which the target does not have')
  assert.equal(named(page(list(50), 20), 30, 20), 'has item "r-30", which the target does not have')
})

test('a list that stands still is right, walk after walk, whatever its length', () => {
  fc.assert(
    fc.property(fc.nat(130), (length) => {
      const walk = walker()
      for (let round = 0; round < 3; round++)
        for (const offset of OFFSETS) assert.equal(walk(page(list(length), offset), offset), undefined)
    }),
  )
})

test('what is no page is wrong', () => {
  for (const [body, wrong] of [
    ['', /^is not JSON/],
    ['{}', /^has no total/],
    ['null', /^is no JSON object/],
    ['[]', /^is no JSON object/],
    ['<html>', /^is not JSON/],
    [`{"page":${page(list(50), 0)}}`, /^has no total/],
    [page(list(50), 0, { items: undefined }), /^has no items/],
    [page(list(50), 0, { total: '50' }), /^has total "50", not a whole number/],
    [page(list(50), 0, { limit: 100 }), /^has limit 100, not 20/],
    [page(list(50), 0, { offset: 20 }), /^has offset 20, not 0/],
    [page(list(1), 0, { items: [{}] }), /^has no items\[0\].id/],
    [page(list(1), 0, { items: [null] }), /^has items\[0\] null, not an object/],
    [page(list(1), 0, { items: [{ ...item(0), revision: '1' }] }), /^has items\[0\].revision "1"/],
    [page(list(50), 0).slice(0, 200), /^is not JSON/],
  ] as const)
    assert.match(String(walker()(body, 0)), wrong, body)
})

test('a list has at least the resources that the target names', () => {
  assert.equal(walker()(page([], 0), 0, 500), 'has total 0, although the target has at least 500')
  assert.equal(walker()(page(list(499), 0), 0, 500), 'has total 499, although the target has at least 500')
  assert.equal(walker()(page(list(500), 0), 0, 500), undefined)
  assert.equal(walker()(page(list(501), 0), 0, 500), undefined)
})

test('a page has as many items as limit and total promise', () => {
  assert.equal(walker()(page(list(50), 0, { items: list(19) }), 0), 'has 19 items, not 20 (total 50, offset 0)')
  assert.equal(walker()(page(list(50), 0, { items: list(21) }), 0), 'has 21 items, not 20 (total 50, offset 0)')
  assert.equal(walker()(page(list(50), 40), 40), undefined)
  assert.equal(walker()(page(list(50), 40, { items: [] }), 40), 'has 0 items, not 10 (total 50, offset 40)')
  assert.equal(walker()(page(list(50), 60), 60), undefined, 'beyond the end there is nothing')
})

test('near the end of the list a wrong total shows', () => {
  for (const off of [7, -7, 1, -1])
    assert.match(String(walker()(page(list(500), 490, { total: 500 + off }), 490)), /^has 10 items, not/)
  assert.equal(walker()(page(list(507), 490), 490), undefined)
})

test('no item comes twice, neither on a page nor over the pages of a walk', () => {
  const twice = list(20).with(19, item(0))
  assert.equal(walker()(page(list(50), 0, { items: twice }), 0), 'has an item twice')
  const walk = walker()
  assert.equal(walk(page(list(100), 0), 0), undefined)
  const shifted = list(100).with(20, item(19))
  assert.equal(walk(page(shifted, 20), 20), 'has item r-19, which stood at offset 0 already')
})

test('a page seen right before is compared anew once the list has changed', () => {
  const walk = walker()
  const before = list(100)
  for (const offset of OFFSETS) assert.equal(walk(page(before, offset), offset), undefined)
  const changed = before.with(0, item(25))
  assert.equal(walk(page(changed, 0), 0), undefined)
  assert.equal(walk(page(changed, 20), 20), 'has item r-25, which stood at offset 0 already')
})

test('within a walk the total stays the same; between walks the list may grow', () => {
  const walk = walker()
  assert.equal(walk(page(list(100), 0), 0), undefined)
  assert.equal(walk(page(list(101), 20), 20), 'has total 101 after 100 on an earlier page')
  assert.equal(walk(page(list(101), 0), 0), undefined)
  assert.equal(walk(page(list(101), 20), 20), undefined)
})

test('a page that comes again with new content begins a walk of its own: VUs take pages as they come', () => {
  const walk = walker()
  const newer = list(100).map((each) => ({ ...each, revision: 2 }))
  assert.equal(walk(page(list(100), 20), 20), undefined)
  assert.equal(walk(page(newer, 20), 20), undefined)
  assert.equal(walk(page(newer, 40), 40), undefined)
})

test('whatever pages of a list that stands still are asked for, in whatever order, none is wrong', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...OFFSETS)), fc.array(fc.nat(1)), (offsets, revisions) => {
      const walk = walker()
      offsets.forEach((offset, i) => {
        const items = list(90).map((each) => ({ ...each, revision: revisions[i] ?? 0 }))
        assert.equal(walk(page(items, offset), offset), undefined)
      })
    }),
  )
})

test('an item that stands on two pages of a walk never goes unseen', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 79 }), fc.integer({ min: 0, max: 79 }), fc.boolean(), (from, to, seenBefore) => {
      fc.pre(Math.floor(from / LIMIT) !== Math.floor(to / LIMIT))
      const wrong = list(100).with(to, item(from))
      const walk = walker()
      if (seenBefore) for (const offset of OFFSETS) walk(page(list(100), offset), offset)
      assert.ok(OFFSETS.some((offset) => walk(page(wrong, offset), offset) !== undefined))
    }),
  )
})
