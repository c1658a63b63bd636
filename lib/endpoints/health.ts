import type { Endpoint } from './endpoint.ts'

export const health: Endpoint = {
  name: 'health',
  method: 'GET',
  path: '/api/v1/health',
  auth: false,
  status: [200],
  calls: () => [{}],
  judge: () => (answer) => (/"status":\s*"healthy"/.test(answer.body) ? undefined : 'does not say "status":"healthy"'),
}
