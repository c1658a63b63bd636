import { createHash, randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { FastifyPluginCallback } from 'fastify'
import { refuse } from '../base/errors.ts'
import { MIB } from '../options.ts'
import { guarded } from './access.ts'
import type { RouteContext } from './gateway.ts'

// Nothing of an upload is kept, so the bound is on how long one may take, not on memory.
export const UPLOAD_LIMIT_BYTES = 100 * MIB

const FILENAME = /^[\w][\w .()+-]{0,254}$/

/** The size and digest of what a stream held; null when it held more than allowed. */
async function digest(body: Readable): Promise<{ size: number; sha256: string } | null> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    // Read on to the end: a sender that is cut off never sees the answer.
    if (size <= UPLOAD_LIMIT_BYTES) hash.update(chunk)
  }
  return size <= UPLOAD_LIMIT_BYTES ? { size, sha256: hash.digest('hex') } : null
}

export const uploadRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/octet-stream', (_request, body, parsed) => parsed(null, body))

  app.post<{ Body: Readable | undefined }>(
    '/api/v1/integration/storage/upload',
    guarded(gateway, 'upload'),
    async (request, reply) => {
      if (request.body === undefined) return refuse(reply, 415, 'unsupported_media_type', 'expected application/octet-stream')
      const filename = request.headers['x-filename']
      if (typeof filename !== 'string' || !FILENAME.test(filename)) {
        request.body.resume()
        return refuse(reply, 422, 'invalid_filename', 'X-Filename: expected a plain file name')
      }
      const found = await digest(request.body)
      if (!found) return refuse(reply, 413, 'body_too_large', `more than ${UPLOAD_LIMIT_BYTES} bytes`)
      return reply.code(201).send({ id: randomUUID(), ...found })
    },
  )
  done()
}
