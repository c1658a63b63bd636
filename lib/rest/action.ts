import type { Endpoint } from '../endpoint/endpoint.ts'
import { isUuid, Recent } from '../endpoint/recent.ts'
import { is, object, readAnswer, someObject, uuid } from '../endpoint/rules.ts'

/** Different bodies, so that an answer made for somebody else is seen, and one that was made for nobody. */
const BODIES = 16
const ACTION = 'loadgate.noop'

/** An action with a reference that the answer must carry; no two answers may have the same id. */
export const action: Endpoint<'action'> = {
  name: 'action',
  method: 'POST',
  path: '/api/v1/action',
  auth: true,
  status: [200, 201],
  type: 'application/json',
  calls: (random) =>
    Array.from({ length: BODIES }, () => {
      const ref = `lg-${Math.floor(random.next() * 0xffff_ffff).toString(16)}`
      return {
        body: JSON.stringify({ action: ACTION, payload: { value: ref }, ref }),
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
        const wrong = is({ value: expect })(answer.payload, 'payload')
        if (wrong !== undefined) return wrong
        return ids.add(answer.id) ? undefined : 'repeats the id of an action before'
      },
      variety: { free: { id: (id) => isUuid(id) && ids.add(id) } },
    }
  },
}
