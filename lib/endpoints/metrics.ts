import type { Endpoint } from './endpoint.ts'

export const metrics: Endpoint = {
  name: 'metrics',
  method: 'GET',
  path: '/metrics',
  auth: false,
  status: [200],
  calls: () => [{}],
  judge: () => (answer) => (answer.body.includes('gateway_requests_total') ? undefined : 'does not carry gateway_requests_total'),
}
