/** What connections hide: requests that Go's client repeats by itself, and time that passes before k6's own begins. */
import { type Case, hostile } from './case.ts'
import { isLoad, later } from './gateway/defects.ts'
import type { Defect, Exchange } from './gateway/model.ts'
import { STRICT } from './sizes.ts'

const isRead = ({ method, route }: Exchange): boolean => method === 'GET' && route !== 'metrics' && route !== 'none'

/** Ends connections under the requests that `whose` picks. */
const cuts = (whose: (exchange: Exchange) => boolean, how: 'reset' | 'end'): Defect => ({
  answer(exchange, right) {
    if (!whose(exchange)) return right()
    if (how === 'reset') exchange.socket.resetAndDestroy()
    else exchange.socket.end()
    return undefined
  },
})

/** Ends the connections that `whose` picks some time after an answer. */
const closes = (whose: (exchange: Exchange) => boolean, ms: number): Defect => ({
  answer(exchange, right) {
    if (whose(exchange)) exchange.response.once('finish', () => later(ms).then(() => exchange.socket.end()))
    return right()
  },
})

const saysClose = (whose: (exchange: Exchange) => boolean, more: Defect = {}): Defect => ({
  ...more,
  answer(exchange, right) {
    const answer = right()
    return whose(exchange) ? { ...answer, headers: { ...answer.headers, Connection: 'close' } } : answer
  },
})

const hidden = (name: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script: 'http', env: STRICT, defect, verdict: ['fail', 'invalid'], plain: 'same' },
  cause: /connect|handshake|TLS|retr|repeat|twice|latenc|p95|waited/i,
  ...more,
})

hostile('transport', [
  hidden(
    'reused connections are reset under a third of the reads',
    () => cuts((one) => isRead(one) && one.onConnection > 1 && one.nth % 3 === 0, 'reset'),
    { plain: 'both' },
  ),
  ...[10, 16].map((every) => {
    let reads = 0
    return hidden(`reused connections are reset under one read of ${every}`, () =>
      cuts((one) => isRead(one) && one.onConnection > 1 && ++reads % every === 0, 'reset'),
    )
  }),
  hidden('reused connections are ended under every fifth read', () =>
    cuts((one) => isRead(one) && one.onConnection > 1 && one.nth % 5 === 0, 'end'),
  ),
  hidden('each connection is reset at its fourth read', () => cuts((one) => isRead(one) && one.onConnection >= 4, 'reset')),
  hidden('each connection is cut under reads of one endpoint only', () =>
    cuts((one) => one.route === 'health' && one.onConnection > 1, 'reset'),
  ),
  hidden('each answer says that it is the last of its connection', () => saysClose(() => true), { plain: 'both' }),
  hidden('each connection is ended after its answer without a word', () => closes(({ at }) => at !== undefined, 3)),
  hidden('idle connections are ended after 20 ms', () => closes(({ at }) => at !== undefined, 20)),
  hidden('the connection of every other answer is ended after it', () =>
    closes(({ at, nth }) => at !== undefined && nth % 2 === 0, 3),
  ),
  hidden('a TLS handshake of 600 ms for every request', () => saysClose(() => true, { tls: { handshakeMs: 600 } }), {
    plain: 'both',
    env: { ...STRICT, USERS: '20', DURATION: '8s' },
    cause: /connect|handshake|TLS|latenc|p95|waited|\d ms/i,
  }),
  hidden(
    'a TLS handshake of 700 ms for every tenth request',
    () => saysClose(({ onConnection }) => onConnection % 10 === 0, { tls: { handshakeMs: 700 } }),
    { env: { ...STRICT, DURATION: '7s' } },
  ),
  hidden('each write comes on a connection of its own', () => saysClose(({ method }) => method === 'POST')),
  hidden('each connection carries twenty requests', () => saysClose(({ onConnection }) => onConnection === 20), {
    env: { ...STRICT, THINK_TIME: '20ms' },
  }),
  hidden(
    'the head comes at once and the body half a second later',
    () => ({
      async answer(exchange, right) {
        const answer = right()
        if (!isLoad(exchange) || exchange.at === undefined || answer.body === '') return answer
        exchange.response.writeHead(answer.status, answer.headers)
        exchange.response.write(answer.body.slice(0, 10))
        await later(500)
        exchange.response.end(answer.body.slice(10))
        return undefined
      },
    }),
    { env: { ...STRICT, DURATION: '7s' }, cause: /p95|p50|latenc|late/i, verdict: 'fail' },
  ),
])
