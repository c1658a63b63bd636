import type { Endpoint } from './endpoint.ts'

export const metrics: Endpoint = {
  name: 'metrics',
  method: 'GET',
  path: '/metrics',
  auth: false,
  status: [200],
  type: 'text/plain',
  calls: () => [{}],
  judge: () => (body) => {
    // The text format ends its last line, so what was cut off shows.
    if (!body.endsWith('\n')) return 'does not end with a line feed'
    return body.includes('gateway_requests_total') ? undefined : 'does not carry gateway_requests_total'
  },
}
