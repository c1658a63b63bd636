import type { FastifyPluginCallback, FastifyReply } from 'fastify'
import { clientIsRight, passwordIsRight } from '../base/authorization.ts'
import { refuse } from '../base/errors.ts'
import { guarded } from './access.ts'
import type { RouteContext } from './gateway.ts'

const strings = (...names: string[]) => ({
  type: 'object',
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
})

const tokenRequest = strings('grant_type')
const TOKEN_REQUEST = { ...tokenRequest, properties: { ...tokenRequest.properties, expires_in: { type: 'integer', minimum: 1 } } }

const TOKEN_ANSWER = {
  type: 'object',
  required: ['access_token', 'token_type', 'expires_in', 'refresh_token'],
  properties: {
    access_token: { type: 'string' },
    token_type: { type: 'string' },
    expires_in: { type: 'number' },
    refresh_token: { type: 'string' },
  },
}

const response = { 200: TOKEN_ANSWER }

type Grant = Record<'grant_type' | 'username' | 'password' | 'client_id' | 'client_secret', unknown> & { expires_in?: number }

/** The subject a grant proves, `null` for a bad secret, or what is wrong with the request. */
function subjectOf(grant: Grant): string | null | { readonly status: number; readonly code: string; readonly message: string } {
  const text = (value: unknown): value is string => typeof value === 'string'
  if (grant.grant_type === 'password') {
    const { username, password } = grant
    if (!text(username) || !text(password))
      return { status: 422, code: 'invalid_body', message: 'expected username and password' }
    return passwordIsRight(username, password) ? username : null
  }
  if (grant.grant_type === 'client_credentials') {
    const { client_id: id, client_secret: secret } = grant
    if (!text(id) || !text(secret)) return { status: 422, code: 'invalid_body', message: 'expected client_id and client_secret' }
    return clientIsRight(id, secret) ? id : null
  }
  return { status: 400, code: 'unsupported_grant_type', message: 'grant_type is password or client_credentials' }
}

interface AuthContext extends RouteContext {
  readonly refreshTokenIn?: 'body' | 'query'
  /** Whether the quota holds for these routes as well. */
  readonly limited?: boolean
}

export const authRoutes: FastifyPluginCallback<AuthContext> = (
  app,
  { gateway, refreshTokenIn = 'body', limited = false },
  done,
) => {
  const rule = (endpoint: 'auth' | 'refresh') => (limited ? guarded(gateway, endpoint, 'nowhere') : { config: { endpoint } })
  const { authorization } = gateway
  const invalidGrant = (reply: FastifyReply): FastifyReply =>
    refuse(reply.header('cache-control', 'no-store'), 401, 'invalid_grant', 'the credentials are not valid')

  app.post<{ Body: Grant }>('/auth/token', { ...rule('auth'), schema: { body: TOKEN_REQUEST, response } }, (request, reply) => {
    const subject = subjectOf(request.body)
    if (subject === null) return invalidGrant(reply)
    if (typeof subject !== 'string') return refuse(reply, subject.status, subject.code, subject.message)
    return reply.header('cache-control', 'no-store').send(authorization.issue(subject, request.body.expires_in))
  })

  const tokenField = strings('refresh_token')
  app.post<{ Body: { refresh_token: string }; Querystring: { refresh_token: string } }>(
    '/auth/refresh',
    {
      ...rule('refresh'),
      schema: { ...(refreshTokenIn === 'body' ? { body: tokenField } : { querystring: tokenField }), response },
    },
    (request, reply) => {
      const { refresh_token } = refreshTokenIn === 'body' ? request.body : request.query
      const subject = authorization.refreshSubject(refresh_token)
      if (subject === null) return invalidGrant(reply)
      return reply.header('cache-control', 'no-store').send(authorization.issue(subject))
    },
  )
  done()
}
