import type { Endpoint } from '../endpoint/endpoint.ts'
import { count, etagFault, listOf, object, readAnswer, someObject, text } from '../endpoint/rules.ts'
import { Revisions } from './revisions.ts'

/** Enough different ids to meet the cache both cold and warm, for all VUs together; each costs every VU that asks for it some memory. */
const IDS = 200
const IDS_A_VU = 50

/**
 * A resource as the contract writes it: id, name and revision are found, and nothing stands beside the payload; what is in that is any text whose
 * braces match. A literal, since all VUs share what k6 compiles of one: made of answers, it would cost each of them 100 KB.
 */
const WRITTEN =
  /^\{"id":"([ !#-[\]-\uffff]+)","name":"([ !#-[\]-\uffff]+)","owner":"[ !#-[\]-\uffff]+","tags":\[(?:"[ !#-[\]-\uffff]+"(?:,"[ !#-[\]-\uffff]+")*)?\],"revision":(0|[1-9]\d*),"payload":\{"[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\}$/

/** One resource by its id, of those that the target file names: body, revision, ETag and cache mark must agree. */
export const resource: Endpoint<'resource'> = {
  name: 'resource',
  method: 'GET',
  path: '/api/v1/resource/:id',
  auth: true,
  status: [200],
  type: 'application/json',
  most: IDS_A_VU,
  calls: (random, values) =>
    random
      .shuffle(values.id ?? [])
      .slice(0, IDS)
      .map((id) => ({ params: { id }, expect: id })),
  check(vuState) {
    const revisions = vuState.of(Revisions)
    const right = object({ id: text, name: text, owner: text, tags: listOf(text), revision: count, payload: someObject })
    /** Whether resources that were read are written as usual. */
    let usual = false
    const isMark = (cache: string | undefined) => cache === 'HIT' || cache === 'MISS'
    return {
      check(body, expect, headers) {
        const found = readAnswer<{ id: string; name: string; revision: number }>(body, right)
        if (typeof found === 'string') return found
        if (found.id !== expect) return `has id ${JSON.stringify(found.id)}, not ${JSON.stringify(expect)}`
        const { Etag: etag } = headers
        const fault = etagFault(etag, false)
        if (fault !== undefined) return fault
        if (!isMark(headers['X-Cache'])) return 'has no X-Cache of HIT or MISS'
        usual ||= WRITTEN.test(body)
        return revisions.checkRead(expect, {
          body,
          etag: etag as string,
          name: found.name,
          revision: found.revision,
          unread: false,
        })
      },
      // It changes as seldom as its revision does: what was read is compared. One that was not read yet must look as others that were.
      variety: {
        known: (body, expect, headers) =>
          isMark(headers['X-Cache']) && revisions.knows(expect, body, headers.Etag)?.unread === false,
        alike(body, expect, headers) {
          const { Etag: etag } = headers
          if (etag === undefined || !isMark(headers['X-Cache'])) return false
          if (revisions.knows(expect, body, etag) !== undefined) return true
          const [, id, name = '', revision] = (usual && WRITTEN.exec(body)) || []
          if (id !== expect || etagFault(etag, false) !== undefined) return false
          return revisions.checkRead(expect, { body, etag, name, revision: Number(revision), unread: true }) === undefined
        },
      },
    }
  },
}
