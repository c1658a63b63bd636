export const INTEGRATION_ENDPOINTS = [
  'llm_complete',
  'webhook_create',
  'webhook_list',
  'webhook_stats',
  'event_publish',
  'upload',
] as const

/** The names that faults and metrics know the endpoints by. */
export const API_ENDPOINTS = [
  'health',
  'resource',
  'action',
  'resources',
  'events',
  'websocket',
  'jsonrpc',
  ...INTEGRATION_ENDPOINTS,
] as const

/** `unmatched`: what no route is there for. */
export const OTHER_ENDPOINTS = ['agent_card', 'auth', 'refresh', 'metrics', 'unmatched'] as const

export type EndpointName = (typeof API_ENDPOINTS)[number] | (typeof OTHER_ENDPOINTS)[number]

declare module 'fastify' {
  interface FastifyContextConfig {
    endpoint?: EndpointName
  }
}
