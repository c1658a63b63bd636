import fastifyJwt from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import { type GatewayOptions, resolveOptions } from '../options.ts'
import type { Gateway } from '../routes/gateway.ts'
import { agentcoreQuota, detailed, registerAgentcore, registerAgentcoreRpc } from '../routes/profiles/agentcore.ts'
import { referenceQuota, registerReference } from '../routes/profiles/reference.ts'
import { assemble } from './assembly.ts'
import { createServer, supervise } from './http-server.ts'

declare module 'fastify' {
  interface FastifyInstance {
    gateway: Gateway
    /** The second port of a profile that has one; it closes with the first. */
    rpc: FastifyInstance | null
  }
}

/** The gateway as a Fastify app that does not listen. */
export async function buildApp(given: Partial<GatewayOptions> = {}): Promise<FastifyInstance> {
  const options = resolveOptions(given)
  const agentcore = options.profile === 'agentcore'
  const app = createServer(options)
  const rpc = agentcore ? createServer(options) : null
  if (agentcore) for (const server of [app, rpc]) server?.addHook('onSend', detailed)
  await app.register(fastifyJwt, { secret: options.jwtSecret, sign: { algorithm: 'HS256' }, verify: { algorithms: ['HS256'] } })

  const gateway = assemble(rpc ? [app, rpc] : [app], options, agentcore ? agentcoreQuota(options) : referenceQuota(options))
  app.decorate('gateway', gateway)
  app.decorate('rpc', rpc)
  supervise(app, gateway)
  await app.register(agentcore ? registerAgentcore : registerReference, { gateway })
  if (rpc) {
    supervise(rpc, gateway)
    await rpc.register(registerAgentcoreRpc, { gateway })
    app.addHook('preClose', () => rpc.close())
  }
  return app
}
