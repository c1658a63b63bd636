import type { Endpoint } from '../endpoint/endpoint.ts'
import { count, is, listOf, object, readAnswer, text } from '../endpoint/rules.ts'
import { isInRange, rangeOf } from './id-range.ts'
import { type Listed, Revisions } from './revisions.ts'

const LIMIT = 20
/** Pages of one walk through the list. */
const PAGES = 5

interface Page {
  total: number
  offset: number
  items: ({ id: string } & Listed)[]
}

/**
 * Pages of the list of resources, one after another.
 *
 * A VU walks the pages, then the offsets that the target file gives: one near the end of the list shows whether
 * its `total` is right. A total is at least the number of resources that the target file names; where they are named by a range,
 * no more items than are beyond that number are others. An answer equal to one already checked
 * right for that page is right, so a list that stands still is mostly compared; one that changes is read every time.
 */
export const resources: Endpoint<'resources'> = {
  name: 'resources',
  method: 'GET',
  path: '/api/v1/resources',
  auth: true,
  status: [200],
  type: 'application/json',
  calls(_random, values, others) {
    const ids = others?.('resource').id ?? []
    const range = rangeOf(ids)
    return [...Array.from({ length: PAGES }, (_, i) => String(i * LIMIT)), ...(values.offset ?? [])].map((offset) => ({
      query: `limit=${LIMIT}&offset=${offset}`,
      expect: `${offset} of ${ids.length}${range === undefined ? '' : ` in ${range}`}`,
    }))
  },
  check(vuState) {
    const revisions = vuState.of(Revisions)
    const item = object({ id: text, name: text, revision: count })
    const right = object({ total: count, limit: is(LIMIT), offset: count, items: listOf(item) })
    /** Pages checked right, by what was asked, each with the walk that it was last part of. */
    const pages = new Map<
      string,
      { body: string; offset: number; ids: Set<string>; strangers: number; total: number; walk: number }
    >()
    /** The walk under way: only within one walk must no item come twice. */
    let walk = 0
    const takeUp = (asked: string) => {
      const known = pages.get(asked)
      // VUs take pages as they come: one that comes again belongs to another walk.
      if (asked.startsWith('0 ') || known?.walk === walk) walk++
      return known
    }
    return {
      check(body, asked) {
        const known = takeUp(asked)
        const page = readAnswer<Page>(body, right)
        if (typeof page === 'string') return page
        const [sizes = '', range] = asked.split(' in ')
        const [offset = 0, least = 0] = sizes.split(' of ').map(Number)
        const { total } = page
        if (page.offset !== offset) return `has offset ${page.offset}, not ${offset}`
        if (total < least) return `has total ${total}, although the target has at least ${least}`
        const due = Math.max(0, Math.min(LIMIT, total - offset))
        if (page.items.length !== due) return `has ${page.items.length} items, not ${due} (total ${total}, offset ${offset})`
        const ids = new Set(page.items.map(({ id }) => id))
        if (ids.size !== due) return 'has an item twice'
        const others = range === undefined ? [] : [...ids].filter((id) => !isInRange(range, id))
        const stranger = `has item ${JSON.stringify(others[0])}, which the target does not have`
        if (others.length > total - least) return stranger
        if (known?.body === body) {
          known.walk = walk
          return undefined
        }
        // The list has changed: what comes later in this walk must be compared with this page.
        if (known !== undefined) for (const [other, seen] of [...pages]) if (seen.walk !== walk) pages.delete(other)
        let strangers = others.length
        for (const seen of pages.values()) {
          if (seen.walk !== walk) continue
          strangers += seen.strangers
          if (seen.total !== total) return `has total ${total} after ${seen.total} on an earlier page`
          for (const id of ids) if (seen.ids.has(id)) return `has item ${id}, which stood at offset ${seen.offset} already`
        }
        if (others.length > 0 && strangers > total - least) return stranger
        for (const { id, name, revision } of page.items) {
          const failed = revisions.checkItem(id, { name, revision })
          if (failed !== undefined) return failed
        }
        pages.set(asked, { body, offset, ids, strangers: others.length, total, walk })
        return undefined
      },
      variety: {
        known(body, asked) {
          const page = pages.get(asked)
          if (page?.body !== body) return false
          takeUp(asked)
          page.walk = walk
          return true
        },
      },
    }
  },
}
