import type { Endpoint } from './endpoint.ts'
import { idText, Revisions } from './revisions.ts'

const LIMIT = 20
/** Pages of one walk through the list. */
const PAGES = 5

interface Page {
  total: number
  items: { id: string; revision?: unknown }[]
}

function parsePage(body: string): Page | undefined {
  try {
    const page = JSON.parse(body) as Partial<Page> | null
    return typeof page?.total === 'number' &&
      Array.isArray(page.items) &&
      page.items.every((item) => typeof item?.id === 'string')
      ? (page as Page)
      : undefined
  } catch {
    return undefined
  }
}

/**
 * A VU walks the pages one after another, then the offsets that the target file gives: one near the end of the list shows whether
 * its `total` is right. An answer equal to one already judged right for that page is right, so a list
 * that stands still is parsed once a page and VU; one that changes is parsed every time.
 */
export const resources: Endpoint = {
  name: 'resources',
  method: 'GET',
  path: '/api/v1/resources',
  auth: true,
  status: [200],
  type: 'application/json',
  calls: (_random, values) =>
    [...Array.from({ length: PAGES }, (_, i) => String(i * LIMIT)), ...(values.offset ?? [])].map((offset) => ({
      query: `limit=${LIMIT}&offset=${offset}`,
      expect: offset,
    })),
  judge: (memory) => {
    const revisions = memory?.of(Revisions)
    /** Pages judged right, by offset, each with the walk that it was last part of. */
    const pages = new Map<string, { body: string; ids: Set<string>; total: number; walk: number }>()
    /** The walk under way: only within one walk must no item come twice. */
    let walk = 0
    return (body, offset) => {
      const known = pages.get(offset)
      // VUs take pages as they come: one that comes again belongs to another walk.
      if (offset === '0' || known?.walk === walk) walk++
      if (known?.body === body) {
        known.walk = walk
        return undefined
      }
      const page = parsePage(body)
      if (page === undefined) return 'is not {"total":…,"items":[{"id":…}]}'
      const { total } = page
      const due = Math.max(0, Math.min(LIMIT, total - Number(offset)))
      if (page.items.length !== due) return `has ${page.items.length} items, not ${due} (total ${total}, offset ${offset})`
      const ids = new Set(page.items.map(({ id }) => id))
      if (ids.size !== due) return 'has an item twice'
      // The list has changed: what comes later in this walk must be compared with this page.
      if (known !== undefined) for (const [other, seen] of [...pages]) if (seen.walk !== walk) pages.delete(other)
      for (const [earlier, seen] of pages) {
        if (seen.walk !== walk) continue
        if (seen.total !== total) return `has total ${total} after ${seen.total} on an earlier page`
        for (const id of ids) if (seen.ids.has(id)) return `has item ${id}, which stood at offset ${earlier} already`
      }
      for (const { id, revision } of page.items) revisions?.saw(idText(id), revision)
      pages.set(offset, { body, ids, total, walk })
      return undefined
    }
  },
}
