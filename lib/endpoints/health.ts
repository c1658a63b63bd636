import type { Endpoint } from './endpoint.ts'
import { isWhole } from './json.ts'

export const health: Endpoint = {
  name: 'health',
  method: 'GET',
  path: '/api/v1/health',
  auth: false,
  status: [200],
  type: 'application/json',
  calls: () => [{}],
  judge:
    () =>
    ({ body }) =>
      !/"status":\s*"healthy"/.test(body) ? 'does not say "status":"healthy"' : isWhole(body) ? undefined : 'is cut off',
}
