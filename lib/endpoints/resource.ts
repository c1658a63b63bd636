import type { Endpoint } from './endpoint.ts'
import { Revisions } from './revisions.ts'
import { count, listOf, object, readAnswer, someObject, text } from './rules.ts'

/** Enough different ids to meet the cache both cold and warm; each costs every VU some memory. */
const IDS_A_VU = 50

/** A strong validator (RFC 9110, section 8.8.3). */
export const isStrongEtag = (etag: string | undefined): etag is string => etag !== undefined && /^"[!#-~\x80-\xff]*"$/.test(etag)

export const resource: Endpoint = {
  name: 'resource',
  method: 'GET',
  path: '/api/v1/resource/:id',
  auth: true,
  status: [200],
  type: 'application/json',
  calls: (random, values) =>
    random
      .shuffle(values.id ?? [])
      .slice(0, IDS_A_VU)
      .map((id) => ({ params: { id }, expect: id })),
  check(memory) {
    const revisions = memory.of(Revisions)
    const right = object({ id: text, name: text, owner: text, tags: listOf(text), revision: count, payload: someObject })
    const isMark = (cache: string | undefined) => cache === 'HIT' || cache === 'MISS'
    return {
      judge(body, expect, headers) {
        const found = readAnswer<{ id: string; name: string; revision: number }>(body, right)
        if (typeof found === 'string') return found
        if (found.id !== expect) return `has id ${JSON.stringify(found.id)}, not ${JSON.stringify(expect)}`
        const { Etag: etag } = headers
        if (!isStrongEtag(etag)) return etag === undefined ? 'has no ETag' : `has ETag ${etag}, which is not strong and quoted`
        if (!isMark(headers['X-Cache'])) return 'has no X-Cache of HIT or MISS'
        return revisions.flawOf(expect, { body, etag, name: found.name, revision: found.revision })
      },
      // It changes as seldom as its revision does: what was read is compared.
      variety: {
        known: (body, expect, headers) => isMark(headers['X-Cache']) && revisions.isKnown(expect, body, headers.Etag),
      },
    }
  },
}
