import type { Endpoint } from './endpoint.ts'
import { isWhole } from './json.ts'

/** Different bodies, so that an answer made for somebody else is seen. */
const BODIES = 16

export const action: Endpoint = {
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
        body: JSON.stringify({ action: 'loadgate.noop', payload: { value: 42 }, ref }),
        headers: { 'Content-Type': 'application/json' },
        expect: `"ref":"${ref}"`,
      }
    }),
  judge: () => {
    let lastId = ''
    return (body, expect) => {
      if (!body.includes(expect) || !body.includes('"action":"loadgate.noop"')) return `does not echo the action and ${expect}`
      const start = body.indexOf('"id":"') + 6
      const id = start < 6 ? '' : body.slice(start, body.indexOf('"', start))
      if (id === '') return 'has no id'
      if (id === lastId) return 'repeats the id of the action before'
      lastId = id
      return isWhole(body) ? undefined : 'is cut off'
    }
  },
}
