import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { answerError, answerUnparsed } from '../base/errors.ts'
import { BODY_LIMIT_BYTES, type GatewayOptions, HEADER_LIMIT_BYTES } from '../options.ts'
import type { Gateway } from '../routes/gateway.ts'
import { limitHttp2Headers, superviseRouting } from './routing.ts'

/** A Fastify app as every profile of the gateway wants it, still without routes. */
export function createServer(options: GatewayOptions): FastifyInstance {
  const { tls } = options
  const common = {
    // Standard output carries the ready line and nothing else.
    logger: options.log ? { stream: process.stderr } : false,
    bodyLimit: BODY_LIMIT_BYTES,
    // Longer than a load generator keeps an idle connection (90 s in Go), so that it never reuses one just closed.
    keepAliveTimeout: 120_000,
    http: { maxHeaderSize: HEADER_LIMIT_BYTES },
    clientErrorHandler: answerUnparsed,
    frameworkErrors: answerError,
    forceCloseConnections: tls && !tls.http1Only ? false : 'idle',
    // A body is validated as it was sent: no coercion, nothing removed, no defaults.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    routerOptions: { maxParamLength: 512 },
  }
  const secure = tls && { key: tls.key, cert: tls.cert, maxHeaderSize: HEADER_LIMIT_BYTES }
  const transport = !secure ? {} : tls.http1Only ? { https: secure } : { http2: true, https: { ...secure, allowHTTP1: true } }
  const app = Fastify({ ...common, ...transport } as FastifyServerOptions) as unknown as FastifyInstance
  app.setErrorHandler(answerError)
  app.removeContentTypeParser(['text/plain', 'application/json'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parseJson)
  return app
}

/** What has to be in place before the first route. */
export function supervise(app: FastifyInstance, gateway: Gateway): void {
  gateway.connections.watch(app.server)
  superviseRouting(app, gateway)
  const { tls } = gateway.options
  if (tls && !tls.http1Only) limitHttp2Headers(app)
  app.addHook('preClose', async () => {
    // A fault that stopped the listener would keep it from closing.
    gateway.faults?.clear()
    gateway.connections.endLongLived()
  })
}

interface BodyError extends Error {
  statusCode: number
  code: string
}

function parseJson(_request: unknown, text: string | Buffer, done: (error: Error | null, body?: unknown) => void): void {
  try {
    done(null, JSON.parse(text as string))
  } catch (cause) {
    const error = new Error('the body is not JSON', { cause }) as BodyError
    error.statusCode = 400
    error.code = 'FST_ERR_CTP_INVALID_JSON_BODY'
    done(error)
  }
}
