/** Gateways that let in who must stay outside, somewhere. */
import { type Case, hostile } from './case.ts'
import { error, json } from './gateway/answers.ts'
import type { Defect, Exchange, TokenState } from './gateway/model.ts'
import { token } from './gateway/tokens.ts'

/** Lets these in where `where` says so. */
const lets = (states: readonly TokenState[], where: (exchange: Exchange) => boolean = () => true): Defect => ({
  admits: (state, exchange) => state === 'good' || (states.includes(state) && where(exchange)),
})

const ALL: readonly TokenState[] = ['none', 'bad', 'forged', 'unsigned', 'expired']
const at =
  (...routes: string[]) =>
  ({ route }: Exchange): boolean =>
    routes.includes(route)

const open = (name: string, script: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script, defect, verdict: 'fail', plain: 'same', cause: /token|authoriz|unauthor|without/i },
  ...more,
})

hostile('authorization', [
  open('nobody is asked for a token', 'smoke', () => lets(ALL), { plain: 'both' }),
  open('tokens are checked on one route only', 'smoke', () => lets(ALL, (one) => one.route !== 'resources')),
  open(
    'tokens are checked on one route only',
    'failure',
    () => lets(ALL, (one) => !['resources', 'events', 'ws'].includes(one.route)),
    { plain: 'both' },
  ),
  open('tokens are checked for reading only', 'smoke', () => lets(ALL, ({ method }) => method === 'POST')),
  open('tokens are checked where there is one', 'smoke', () => lets(['none'])),
  open('the event stream is for everybody', 'smoke', () => lets(ALL, at('events'))),
  open('any token will do for a single resource', 'failure', () => lets(['bad', 'forged', 'unsigned'], at('resource')), {
    at: 'resource.bad_token',
  }),
  open('a forged token may act', 'failure', () => lets(['forged'], at('action')), { at: 'action.forged_token' }),
  open('an unsigned token may call methods', 'failure', () => lets(['unsigned'], at('jsonrpc')), {
    at: 'jsonrpc.unsigned_token',
  }),
  open('a token stays good on the event stream', 'failure', () => lets(['expired'], at('events')), {
    at: 'events.expired_token',
  }),
  open('an expired token may read', 'failure', () => lets(['expired'], at('resource')), { at: 'resource.expired_token' }),
  open('tokens are checked until there is load', 'failure', () => lets(ALL, ({ at }) => at !== undefined && at > 3)),
  open('one request of fifty is let in by whatever token', 'failure', () => lets(ALL, ({ nth }) => nth % 50 === 0)),
  open('a token is checked as long as its connection is new', 'failure', () => lets(ALL, ({ onConnection }) => onConnection > 1)),
  open(
    'a token is for everybody who asks, whatever the secret',
    'failure',
    () => ({
      answer(exchange, right) {
        const answer = right()
        if (exchange.route !== 'auth' || answer.status !== 401) return answer
        const life = JSON.parse(exchange.body).expires_in ?? 3600
        return json(200, {
          access_token: token(life),
          token_type: 'Bearer',
          expires_in: life,
          refresh_token: token(life, 'refresh'),
        })
      },
    }),
    { plain: 'both', cause: /secret|token/i },
  ),
  open(
    'who does not know the secret breaks it',
    'failure',
    () => ({
      answer(exchange, right) {
        const answer = right()
        return exchange.route === 'auth' && answer.status === 401 ? error(500, 'internal') : answer
      },
    }),
    { cause: /auth|renew|token/i },
  ),
  open(
    'a token is renewed for everybody who asks',
    'failure',
    () => ({
      answer(exchange, right) {
        const answer = right()
        if (exchange.route !== 'refresh' || answer.status !== 401) return answer
        return json(200, { access_token: token(60), token_type: 'Bearer', expires_in: 60, refresh_token: token(60, 'refresh') })
      },
    }),
    { cause: /renew|token/i },
  ),
  open(
    'no token can be renewed',
    'failure',
    () => ({
      answer: (exchange, right) => (exchange.route === 'refresh' ? error(401, 'invalid_grant') : right()),
    }),
    { cause: /renew|token/i },
  ),
  open(
    'no token comes with one that renews it',
    'failure',
    () => ({
      answer(exchange, right) {
        const answer = right()
        if (exchange.route !== 'auth' || answer.status !== 200) return answer
        const { refresh_token: _none, ...grant } = JSON.parse(answer.body)
        return json(200, grant)
      },
    }),
    { cause: /renew|token/i },
  ),
  open('anybody may open a WebSocket', 'failure', () => lets(ALL, at('ws')), { at: 'websocket.no_token' }),
  open('anybody may list the tasks of all', 'failure', () => lets(ALL, ({ rpc }) => rpc === 'ListTasks'), { at: 'a2a.no_token' }),
  open('anybody may ask for completions', 'failure', () => lets(ALL, at('complete')), { at: 'llm_complete.no_token' }),
  open(
    'who has no right is told what he asked for',
    'failure',
    () => ({
      answer(exchange, right) {
        const answer = right()
        if (answer.status !== 401 || exchange.route !== 'resources') return answer
        return { ...answer, body: answer.body.replace('}}', '},"id":"r-0001","payload":{}}') }
      },
    }),
    { at: 'resources.no_token' },
  ),
  open('who has no right is sent away without a challenge', 'failure', () => ({
    answer(_, right) {
      const answer = right()
      const { 'WWW-Authenticate': _challenge, ...headers } = answer.headers
      return { ...answer, headers }
    },
  })),
  open(
    'who has no right is forbidden',
    'failure',
    () => ({
      answer(exchange, right) {
        const answer = right()
        return answer.status === 401 && exchange.route === 'upload' ? { ...answer, status: 403 } : answer
      },
    }),
    { at: 'upload.no_token' },
  ),
])
