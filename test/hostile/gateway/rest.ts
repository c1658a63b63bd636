/** The REST routes and the token endpoint. */
import { randomUUID } from 'node:crypto'
import { error, isObject, json, parsed } from './answers.ts'
import type { Integration } from './integration.ts'
import type { Answer, Exchange } from './model.ts'
import { stateOf, token } from './tokens.ts'

const TOTAL = 500
const MIB = 1_048_576
/** Deeper than anything that is meant. */
const LEVELS = 500

const idOf = (index: number): string => `r-${String(index).padStart(4, '0')}`
const began = Date.now()

const health = (): Answer => json(200, { status: 'healthy', version: '1.2.3', uptime_s: (Date.now() - began) / 1000 })

export class Cache {
  hits = 0
  misses = 0
  readonly #seen = new Set<string>()

  look(id: string): 'HIT' | 'MISS' {
    if (this.#seen.has(id)) {
      this.hits++
      return 'HIT'
    }
    this.#seen.add(id)
    this.misses++
    return 'MISS'
  }
}

function resource({ path, headers }: Exchange, cache: Cache): Answer {
  const id = path.split('/').at(-1) ?? ''
  const index = /^r-\d{4}$/.test(id) ? Number(id.slice(2)) : TOTAL
  if (index >= TOTAL) return error(404, 'not_found')
  const etag = `"${id}-3"`
  const cached = { ETag: etag, 'X-Cache': cache.look(id) }
  if (headers['if-none-match'] === etag) return { status: 304, headers: cached, body: '' }
  const payload = { text: `${id} `.repeat(60), size: index }
  return json(200, { id, name: `Resource ${index}`, owner: 'somebody', tags: ['a', 'b'], revision: 3, payload }, cached)
}

function resources({ query }: Exchange): Answer {
  const number = (name: string, usual: number) => (query.has(name) ? Number(query.get(name)) : usual)
  const [limit, offset] = [number('limit', 20), number('offset', 0)]
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 100 && Number.isInteger(offset) && offset >= 0))
    return error(422, 'invalid_query')
  const items = Array.from({ length: Math.max(0, Math.min(limit, TOTAL - offset)) }, (_, i) => ({
    id: idOf(offset + i),
    name: `Resource ${offset + i}`,
    revision: 3,
  }))
  return json(200, { total: TOTAL, limit, offset, items })
}

function depthOf(text: string): number {
  let [depth, deepest] = [0, 0]
  for (const character of text) {
    if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth--
  }
  return deepest
}

function action({ headers, body }: Exchange): Answer {
  if (!headers['content-type']?.startsWith('application/json')) return error(415, 'unsupported_media_type')
  if (body.length > MIB) return error(413, 'body_too_large')
  if (depthOf(body) > LEVELS) return error(422, 'invalid_body')
  const asked = parsed(body)
  if (asked === undefined) return error(400, 'malformed_json')
  if (
    !isObject(asked) ||
    typeof asked.action !== 'string' ||
    asked.action === '' ||
    asked.action.length > 64 ||
    !isObject(asked.payload)
  )
    return error(422, 'invalid_body')
  const { action, payload, ref } = asked
  if (ref !== undefined && typeof ref !== 'string') return error(422, 'invalid_body')
  return json(201, { id: randomUUID(), action, payload, ...(ref === undefined ? {} : { ref }), status: 'accepted' })
}

const grant = (life: number): Answer =>
  json(200, { access_token: token(life), token_type: 'Bearer', expires_in: life, refresh_token: token(86_400, 'refresh') })

/** Whoever comes first under a name says what its secret is. */
function auth({ body }: Exchange, secrets: Map<string, string>): Answer {
  const asked = parsed(body)
  if (!isObject(asked)) return error(400, 'malformed_json')
  const { grant_type: type, expires_in: life = 3600 } = asked
  if (type !== 'password' && type !== 'client_credentials') return error(400, 'unsupported_grant_type')
  const secret = type === 'password' ? asked.password : asked.client_secret
  if (typeof secret !== 'string' || secret === '') return error(401, 'invalid_grant')
  const name = String(asked.username ?? asked.client_id)
  if (!secrets.has(name)) secrets.set(name, secret)
  if (secrets.get(name) !== secret) return error(401, 'invalid_grant')
  return grant(Math.min(3600, Number(life)))
}

function refresh({ body }: Exchange): Answer {
  const asked = parsed(body)
  const good = isObject(asked) && typeof asked.refresh_token === 'string' && stateOf(asked.refresh_token, 'refresh') === 'good'
  return good ? grant(3600) : error(401, 'invalid_grant')
}

/** Answers by the short name of the route. */
export function rest(cache: Cache, integration: Integration): Record<string, (exchange: Exchange) => Answer> {
  const secrets = new Map<string, string>()
  return {
    health,
    resource: (exchange) => resource(exchange, cache),
    resources,
    action,
    auth: (exchange) => auth(exchange, secrets),
    refresh,
    complete: (exchange) => integration.complete(exchange),
    webhook: (exchange) => integration.create(exchange),
    webhooks: (exchange) => integration.list(exchange),
    stats: (exchange) => integration.stats(exchange),
    publish: (exchange) => integration.publish(exchange),
    upload: (exchange) => integration.upload(exchange),
  }
}
