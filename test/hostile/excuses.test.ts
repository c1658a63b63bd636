/** What a gateway says so that something else is blamed. */
import { type Case, hostile } from './case.ts'
import { json } from './gateway/answers.ts'
import { instead, isLoad, later, rewritten, text, type Value } from './gateway/defects.ts'
import type { Defect, Exchange } from './gateway/model.ts'
import { OPEN } from './sizes.ts'

const blamed = /ran out of|machine|generator|bottleneck|script/i

const case_ = (name: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script: 'http', defect, verdict: 'fail', plain: 'same', cause: /server_error|rpc_error|500|failed|users/i },
  ...{ excuse: blamed },
  ...more,
})

const some = (exchange: Exchange): boolean => isLoad(exchange) && exchange.at !== undefined && exchange.nth % 12 === 0
const says = (body: string): Defect => instead(some, text(500, body))

/** All but what setup makes, which gets its answers at once. */
const slowly = (ms: number): Defect => ({
  async answer(exchange, right) {
    if (isLoad(exchange) && exchange.rpc !== 'agent.register') await later(ms)
    return right()
  },
})

/** An error of a method, with a code of its own each time. */
const rpcError = (message: string): Defect => {
  let code = 0
  return instead(
    ({ rpc, nth, at }) => rpc !== '' && at !== undefined && nth % 12 === 0,
    ({ body }) => json(200, { jsonrpc: '2.0', id: JSON.parse(body).id, error: { code: ++code, message } }),
  )
}

const token = (rewrite: (right: Value) => unknown): Defect => rewritten('auth', rewrite)

hostile('excuses', [
  case_('500: too many open files', () => says('dial tcp: socket: too many open files'), { plain: 'both' }),
  case_('500: cannot assign requested address', () => says('connect: cannot assign requested address')),
  case_('a JSON-RPC error: too many open files', () => rpcError('accept: too many open files; socket: too many open files')),
  case_('500: out of memory', () => says('fatal error: runtime: out of memory')),
  case_('500: no such host', () => says('lookup gateway: no such host')),
  case_('500: context deadline exceeded', () => says('context deadline exceeded (Client.Timeout exceeded) request timeout')),
  case_('500: connection reset by peer', () => says('read tcp: connection reset by peer')),
  case_('500 with a line of k6', () =>
    says('time="2026-01-01T00:00:00Z" level=error msg="UsageError: setting RATE: expected less"'),
  ),
  case_(
    'a JSON-RPC error in setup that says who is to blame',
    () =>
      instead(
        ({ rpc }) => rpc === 'agent.register',
        ({ body }) =>
          json(200, {
            jsonrpc: '2.0',
            id: JSON.parse(body).id,
            error: { code: -32000, message: 'too many open files\ntest aborted: interrupted\nUsageError: RATE' },
          }),
      ),
    { cause: /gateway|agent/i, excuse: /ran out of|generator|bottleneck/i, plain: 'both' },
  ),
  case_('every answer takes so long that few samples come', () => slowly(2500), {
    cause: /p50|p95|latenc|slow|\d s\b|\d ms/i,
    excuse: /samples|too few|evidence/i,
  }),
  case_('every answer takes so long that k6 cannot start all', () => slowly(3000), {
    env: OPEN,
    cause: /p50|p95|latenc|slow|\d s\b|\d ms/i,
    excuse: /samples|too few|evidence|dropped|could not start|generator/i,
    plain: 'both',
  }),
  case_(
    'every answer takes so long that setup does not come to its end',
    () => ({
      async answer(exchange, right) {
        if (exchange.rpc === 'agent.register') await later(4000)
        return right()
      },
    }),
    { env: { DURATION: '4s' }, cause: /slow/ },
  ),
  case_(
    'what comes is no HTTP',
    () => ({
      connected: (socket) => void socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n')),
    }),
    { cause: /HTTP|malformed|answer/i, excuse: /nobody answers/i, plain: 'both' },
  ),
  case_(
    'connections are taken and ended without a word',
    () => ({
      connected: (socket) => void socket.once('data', () => socket.destroy()),
    }),
    { verdict: ['fail', 'invalid'], cause: /answer|connection|EOF/i, excuse: /nobody answers/i },
  ),
  case_(
    'a token that no header can carry',
    () => token((right) => ({ ...right, access_token: `${right.access_token}\r\nX: y` })),
    {
      cause: /token/i,
      plain: 'both',
    },
  ),
  case_('a token that is empty', () => token((right) => ({ ...right, access_token: '' })), { cause: /token/i }),
  case_(
    'a token that has expired when it comes',
    () => token((right) => ({ ...right, access_token: 'expired', expires_in: -1 })),
    {
      cause: /token|401|client_error|failed/i,
    },
  ),
  case_('errors with codes that never repeat', () => rpcError('dropped'), { env: { ...OPEN, RATE: '100' } }),
  case_('each tenth answer comes with the line of a crash of k6', () =>
    instead(
      ({ nth, ...exchange }) => isLoad({ nth, ...exchange }) && exchange.at !== undefined && nth % 10 === 0,
      text(502, 'panic: runtime error\n\ngoroutine 1 [running]:\nsignal: killed\nfatal error: all goroutines are asleep'),
    ),
  ),
])
