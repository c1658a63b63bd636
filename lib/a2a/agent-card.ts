/** Discovery of an A2A agent: its card, and the caching that spares fetching it again (sections 8.2 and 8.6 of A2A 1.0). */
import type { Call, SessionEndpoint } from '../endpoint/endpoint.ts'
import { etagFault, listOf, object, readAnswer, text } from '../endpoint/rules.ts'

const PATH = '/.well-known/agent-card.json'

/** The card as a VU has seen it last. */
class Card {
  etag: string | undefined
}

const HOLDS = /(?:^|[\s,])(?:max-age=\d+|no-cache)(?=$|[\s,])/

/** An A2A agent's card, with its ETag and Cache-Control. */
export const agentCard: SessionEndpoint<'agent_card'> = {
  name: 'agent_card',
  method: 'GET',
  path: PATH,
  auth: false,
  status: [200],
  // application/json or application/a2a+json: the specification does not say.
  type: ['application/json', 'application/a2a+json'],
  session(vuState) {
    const card = vuState.of(Card)
    const call = { headers: { 'A2A-Version': '1.0' } }
    const right = object({
      ...{ name: text, description: text, version: text, capabilities: object({}) },
      ...{ defaultInputModes: listOf(text), defaultOutputModes: listOf(text) },
      skills: listOf(object({ id: text, name: text, description: text })),
      supportedInterfaces: listOf(object({ url: text, protocolBinding: text })),
    })
    let read: { body: string; etag: string; control: string } | undefined
    return {
      next: () => call,
      check({ body, headers }) {
        const { Etag: etag, 'Cache-Control': control = '' } = headers
        const fault = etagFault(etag, true)
        if (fault !== undefined) return fault
        if (!HOLDS.test(control)) return 'has no Cache-Control that says how long it holds'
        const found = readAnswer<{ supportedInterfaces: Readonly<Record<string, unknown>>[] }>(body, right)
        if (typeof found === 'string') return found
        const speaks = found.supportedInterfaces.some(
          ({ protocolBinding, protocolVersion, url }) =>
            protocolBinding === 'JSONRPC' && protocolVersion === '1.0' && /^https?:\/\/[^/]/.test(String(url)),
        )
        if (!speaks) return 'is a card without the URL of a JSONRPC interface of version 1.0'
        // A weak one may stand for texts that differ.
        if (etag === read?.etag && body !== read?.body && !etag?.startsWith('W/'))
          return `has another body than before under the ETag ${etag}`
        read = { body, etag: etag as string, control }
        card.etag = etag
        return undefined
      },
      variety: {
        known: (body, _, headers) =>
          read !== undefined && body === read.body && headers.Etag === read.etag && headers['Cache-Control'] === read.control,
      },
    }
  },
}

/** The same card, asked for with the ETag of before: the gateway must not send it again (304). */
export const agentCardCached: SessionEndpoint<'agent_card_cached'> = {
  name: 'agent_card_cached',
  method: 'GET',
  path: PATH,
  auth: false,
  status: [304],
  session(vuState) {
    const card = vuState.of(Card)
    let call: Call | undefined
    return {
      next() {
        const { etag } = card
        if (etag === undefined) return undefined
        if (call?.expect !== etag) call = { headers: { 'A2A-Version': '1.0', 'If-None-Match': etag }, expect: etag }
        return call
      },
      check: ({ body, headers }, { expect }) =>
        body
          ? 'carries a body'
          : headers.Etag === undefined || headers.Etag === expect
            ? undefined
            : `has ETag ${headers.Etag}, not ${expect}`,
    }
  },
}
