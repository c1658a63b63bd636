import type { Endpoint } from '../endpoint/endpoint.ts'
import { checkAnswer, is, object, positive, text } from '../endpoint/rules.ts'

/** Whether the gateway is healthy. */
export const health: Endpoint<'health'> = {
  name: 'health',
  method: 'GET',
  path: '/api/v1/health',
  auth: false,
  status: [200],
  type: 'application/json',
  calls: () => [{}],
  check() {
    const right = object({ status: is('healthy'), version: text, uptime_s: positive })
    return { check: (body) => checkAnswer(body, right), variety: { free: { uptime_s: (seconds) => +seconds >= 0 } } }
  },
}
