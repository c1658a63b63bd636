import type { FastifyPluginCallback } from 'fastify'
import { JSON_TYPE, refuse } from '../base/errors.ts'
import { ACTION_RULE, acceptAction } from '../domain/action.ts'
import { guarded } from './access.ts'
import type { RouteContext } from './gateway.ts'

export const actionRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  app.post('/api/v1/action', guarded(gateway, 'action'), (request, reply) => {
    if (request.body === undefined) return refuse(reply, 415, 'unsupported_media_type', 'expected application/json')
    const answer = acceptAction(request.body)
    if (answer === null) return refuse(reply, 422, 'invalid_body', ACTION_RULE)
    return reply.code(201).header('content-type', JSON_TYPE).send(answer)
  })
  done()
}
