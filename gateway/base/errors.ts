import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

export function errorBody(code: string, message: string): string {
  return JSON.stringify({ error: { code, message } })
}

export const JSON_TYPE = 'application/json; charset=utf-8'

/** Answers with an error without throwing: a flood of 401s or 429s must not pay for stack traces. */
export function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).header('content-type', JSON_TYPE).send(errorBody(code, message))
}

interface Refusal {
  readonly status: number
  readonly code: string
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, code: 'unsupported_media_type' },
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'body_too_large' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: 'malformed_json' },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'malformed_json' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { status: 400, code: 'malformed_body' },
  FST_ERR_BAD_URL: { status: 400, code: 'malformed_url' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 404, code: 'not_found' },
}

function classify(error: FastifyError, request: FastifyRequest): Refusal {
  // Without any body no media type was stated either: the sender missed the content, not the shape.
  if (error.validationContext === 'querystring') return { status: 422, code: 'invalid_query' }
  if (error.validation) {
    return request.body === undefined ? { status: 415, code: 'unsupported_media_type' } : { status: 422, code: 'invalid_body' }
  }
  const known = REFUSALS[error.code]
  if (known) return known
  const status = error.statusCode ?? 500
  return status >= 400 && status < 500 ? { status, code: 'bad_request' } : { status: 500, code: 'internal_error' }
}

/** Also answers what fails before a route is found, such as a path that cannot be decoded. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code } = classify(error, request)
  if (status === 500) request.log.error(error)
  // Fastify asks to close after a body it did not read. Closing under a client that still writes resets the
  // connection and the client never sees this answer; kept open, the rest of the body is read and dropped.
  reply.removeHeader('connection')
  return refuse(reply, status, code, status === 500 ? 'internal error' : error.message)
}

/** Answers what is not even a request: no route, hook or reply exists at that point. */
export function answerUnparsed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, reason, code] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'headers_too_large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'request_timeout']
        : [400, 'Bad Request', 'malformed_request']
  const body = errorBody(code, reason)
  if (!socket.writable) {
    socket.destroy()
    return
  }
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
  // What the client still sends is read and dropped for a moment: closing on unread bytes would reset the answer away.
  socket.removeAllListeners('data')
  socket.resume()
  setTimeout(() => socket.destroy(), 500).unref()
}
