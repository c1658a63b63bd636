/** Discovery of an A2A agent: its card, and the caching that spares fetching it again (sections 8.2 and 8.6 of A2A 1.0). */
import type { Call, SessionEndpoint } from './endpoint.ts'
import { objectsOf, readJson } from './json.ts'

const PATH = '/.well-known/agent-card.json'

/** The card as a VU has seen it last. */
class Card {
  etag: string | undefined
}

function cardFault(body: string): string | undefined {
  const card = readJson(body) as { name?: unknown; version?: unknown; supportedInterfaces?: unknown } | null | undefined
  if (typeof card?.name !== 'string' || typeof card.version !== 'string') return 'is not a card with a name and a version'
  const interfaces = objectsOf(card.supportedInterfaces) ?? []
  return interfaces.some(({ protocolBinding, protocolVersion }) => protocolBinding === 'JSONRPC' && protocolVersion === '1.0')
    ? undefined
    : 'is a card without a JSONRPC interface of version 1.0'
}

export const agentCard: SessionEndpoint = {
  name: 'agent_card',
  method: 'GET',
  path: PATH,
  auth: false,
  status: [200],
  // application/json or application/a2a+json: the specification does not say.
  type: 'application/',
  session(memory) {
    const card = memory.of(Card)
    const call = { headers: { 'A2A-Version': '1.0' } }
    let right: string | undefined
    return {
      next: () => call,
      judge({ body, headers }) {
        if (!headers.Etag) return 'has no ETag'
        if (!/max-age=\d+|no-cache/.test(headers['Cache-Control'] ?? ''))
          return 'has no Cache-Control that says how long it holds'
        if (body !== right) {
          const fault = cardFault(body)
          if (fault !== undefined) return fault
          right = body
        }
        card.etag = headers.Etag
        return undefined
      },
    }
  },
}

/** Asked with the ETag of before, the gateway must not send the card again. */
export const agentCardCached: SessionEndpoint = {
  name: 'agent_card_cached',
  method: 'GET',
  path: PATH,
  auth: false,
  status: [304],
  session(memory) {
    const card = memory.of(Card)
    let call: Call | undefined
    return {
      next() {
        const { etag } = card
        if (etag === undefined) return undefined
        if (call?.expect !== etag) call = { headers: { 'A2A-Version': '1.0', 'If-None-Match': etag }, expect: etag }
        return call
      },
      judge: ({ body, headers }, { expect }) =>
        body
          ? 'carries a body'
          : headers.Etag === undefined || headers.Etag === expect
            ? undefined
            : `has ETag ${headers.Etag}, not ${expect}`,
    }
  },
}
