import type { FastifyPluginCallback } from 'fastify'
import { refuse } from '../base/errors.ts'
import { Upgrades } from '../base/upgrades.ts'
import { guarded } from './access.ts'
import type { RouteContext } from './gateway.ts'
import { Connection } from './websocket-connection.ts'

export const websocketRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  const upgrades = new Upgrades(app)

  app.get('/api/v1/ws', { ...guarded(gateway, 'websocket', 'query'), exposeHeadRoute: false }, (request, reply) => {
    if (!upgrades.isOffered(request.raw))
      return refuse(reply.header('upgrade', 'websocket'), 426, 'upgrade_required', 'expected a WebSocket handshake')
    return upgrades.accept(reply, (socket, wire) => new Connection(gateway, socket, wire))
  })
  done()
}
