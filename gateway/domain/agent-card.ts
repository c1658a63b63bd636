import { createHash } from 'node:crypto'
import { VERSION } from '../options.ts'
import type { Document } from './resources.ts'

/** How the gateway presents itself to A2A clients, as the specification shapes it. */
export function buildAgentCard(baseUrl: string): Document {
  const body = JSON.stringify({
    name: 'Reference gateway',
    description: 'Echoes every message it is sent; a target for load tests.',
    supportedInterfaces: [{ url: `${baseUrl}/api/v1/jsonrpc`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    version: VERSION,
    capabilities: { streaming: true, pushNotifications: false, extendedAgentCard: false },
    securitySchemes: { bearer: { httpAuthSecurityScheme: { scheme: 'Bearer', bearerFormat: 'JWT' } } },
    securityRequirements: [{ schemes: { bearer: { list: [] } } }],
    defaultInputModes: ['text/plain', 'application/json'],
    defaultOutputModes: ['text/plain', 'application/json'],
    skills: [{ id: 'echo', name: 'Echo', description: 'Answers with the parts it was sent.', tags: ['echo', 'test'] }],
  })
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}
