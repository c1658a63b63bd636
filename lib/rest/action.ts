import type { Endpoint } from '../endpoint/endpoint.ts'
import { isUuid, Recent } from '../endpoint/recent.ts'
import { is, object, readAnswer, someObject, uuid } from '../endpoint/rules.ts'

/** Different bodies, so that an answer made for somebody else is seen, and one that was made for nobody. */
const BODIES = 16
const ACTION = 'loadgate.noop'

/** One of them has in it all that JSON has. Its reference ends so. */
const WHOLE = '-whole'
const isWhole = (ref: string): boolean => ref.endsWith(WHOLE)
const ALL = {
  text: 'Grüße, 世界 🌍',
  numbers: [0, -1.5, 12345678901],
  states: [true, false, null],
  nested: { list: [[], {}], name: '' },
}
const payloadFor = (ref: string): object => (isWhole(ref) ? { value: ref, ...ALL } : { value: ref })

/** An action with a reference that the answer must carry; no two answers may have the same id. */
export const action: Endpoint<'action'> = {
  name: 'action',
  method: 'POST',
  path: '/api/v1/action',
  auth: true,
  status: [200, 201],
  type: 'application/json',
  calls: (random) =>
    Array.from({ length: BODIES }, (_, i) => {
      const ref = `lg-${Math.floor(random.next() * 0xffff_ffff).toString(16)}${i === 1 ? WHOLE : ''}`
      return {
        body: JSON.stringify({ action: ACTION, payload: payloadFor(ref), ref }),
        headers: { 'Content-Type': 'application/json' },
        expect: ref,
      }
    }),
  check() {
    const ids = new Recent()
    const echo = object({ id: uuid, action: is(ACTION), payload: someObject, status: is('accepted') })
    return {
      check(body, expect) {
        const answer = readAnswer<{ id: string; payload: object; ref?: unknown }>(body, echo)
        if (typeof answer === 'string') return answer
        if (answer.ref !== expect) return `has ref ${JSON.stringify(answer.ref)}, not ${JSON.stringify(expect)}`
        const wrong = is(payloadFor(expect))(answer.payload, 'payload')
        if (wrong !== undefined) return wrong
        return ids.add(answer.id) ? undefined : 'repeats the id of an action before'
      },
      variety: { by: (ref) => (isWhole(ref) ? WHOLE : ''), free: { id: (id) => isUuid(id) && ids.add(id) } },
    }
  },
}
