import type { Endpoint } from './endpoint.ts'
import { isWhole } from './json.ts'
import { idText, Revisions } from './revisions.ts'

/** Enough different ids to meet the cache both cold and warm; each costs every VU some memory. */
const IDS_A_VU = 50

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
      .map((id) => ({ params: { id }, expect: idText(id) })),
  judge: (memory) => {
    const revisions = memory?.of(Revisions)
    return (body, expect, headers) => {
      if (!body.includes(expect)) return `does not carry ${expect}`
      // A call less where the last character says it.
      if (!body.endsWith('}') && !isWhole(body)) return 'is cut off'
      if (!headers.Etag) return 'has no ETag'
      const cache = headers['X-Cache']
      if (cache !== 'HIT' && cache !== 'MISS') return 'has no X-Cache of HIT or MISS'
      return revisions?.flawOf(expect, body)
    }
  },
}
