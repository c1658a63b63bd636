import type { Verdict } from '../../base/authorization.ts'
import { errorBody, JSON_TYPE } from '../../base/errors.ts'
import { type FaultEntry, fault, number, text } from '../fault.ts'
import { failing } from './errors.ts'

type Reason = Extract<Verdict, { valid: false }>['reason']

/** Behaves as if a token refused for this reason were good. */
const accepting = (...reasons: readonly Reason[]) => ({
  endpoint: '*' as const,
  endpoints: 'any' as const,
  params: {},
  arm: () => ({
    token: (verdict: Verdict, due: () => boolean): Verdict =>
      !verdict.valid && reasons.includes(verdict.reason) && due()
        ? { valid: true, token: verdict.token || 'nobody', subject: 'nobody', expiresAtMs: Number.POSITIVE_INFINITY }
        : verdict,
  }),
})

const TOKEN_ENDPOINTS = ['auth', 'refresh'] as const

export const accessFaults: readonly FaultEntry[] = [
  fault({ name: 'accepts_expired_tokens', group: 'auth', doc: 'An expired token opens everything.', ...accepting('expired') }),
  fault({
    name: 'accepts_forged_tokens',
    group: 'auth',
    doc: 'A token with a wrong signature opens everything.',
    ...accepting('forged'),
  }),
  fault({ name: 'accepts_missing_tokens', group: 'auth', doc: 'No token is needed.', ...accepting('missing') }),
  fault({
    name: 'rejects_good_tokens',
    group: 'auth',
    doc: 'Answers 401 to a share of the good tokens.',
    endpoint: '*',
    endpoints: 'any',
    share: 0.1,
    params: {},
    arm: () => ({
      token: (verdict, due) => (verdict.valid && due() ? { valid: false, reason: 'forged', token: verdict.token } : verdict),
    }),
  }),
  fault({
    name: 'last_token_only',
    group: 'auth',
    doc: 'A good token is refused once another one has been used.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm() {
      const seen: string[] = []
      return {
        token(verdict, due) {
          if (!verdict.valid) return verdict
          const { token } = verdict
          if (!seen.includes(token)) seen.push(token)
          return seen.at(-1) !== token && due() ? { valid: false, reason: 'forged', token } : verdict
        },
      }
    },
  }),
  fault({
    name: 'token_endpoint_down',
    group: 'auth',
    doc: 'The token endpoint answers 503.',
    endpoint: 'auth',
    endpoints: TOKEN_ENDPOINTS,
    params: {},
    arm: () => ({
      request: (call) => call.answer(503, errorBody('unavailable', 'the token endpoint is down'), { 'content-type': JSON_TYPE }),
    }),
  }),
  fault({
    name: 'token_endpoint_401',
    group: 'auth',
    doc: 'The token endpoint refuses good credentials.',
    endpoint: 'auth',
    endpoints: TOKEN_ENDPOINTS,
    params: {},
    arm: () => ({
      request: (call) =>
        call.answer(401, errorBody('invalid_grant', 'the credentials are not valid'), { 'content-type': JSON_TYPE }),
    }),
  }),
]

export const limiterFaults: readonly FaultEntry[] = [
  fault({
    name: 'never_limits',
    group: 'limiter',
    doc: 'Nobody is ever over the limit (with --rate-limit).',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm: () => ({ quota: (quota) => ({ ...quota, allowed: true, remaining: Math.max(1, quota.remaining) }) }),
  }),
  fault({
    name: 'limits_too_early',
    group: 'limiter',
    doc: 'Answers 429 when only a part of the limit is used up (with --rate-limit).',
    endpoint: '*',
    endpoints: 'any',
    params: { part: number(0.5, 0, 1, 'the part of the limit that is granted') },
    arm: ({ part }) => ({
      quota: (quota) => (quota.remaining < Math.floor(quota.limit * (1 - part)) ? { ...quota, allowed: false } : quota),
    }),
  }),
  fault({
    name: 'no_retry_after',
    group: 'limiter',
    doc: 'A 429 does not say when to come back.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    touches: (status) => status === 429,
    arm: () => ({ response: (answer) => void answer.reply.removeHeader('retry-after') }),
  }),
  fault({
    name: 'wrong_retry_after',
    group: 'limiter',
    doc: 'A 429 says when to come back in words that mean nothing.',
    endpoint: '*',
    endpoints: 'any',
    params: { value: text('banana', 'what `Retry-After` says') },
    touches: (status) => status === 429,
    arm: ({ value }) => ({ response: (answer) => void answer.reply.header('retry-after', value) }),
  }),
  fault({
    name: 'keeps_limiting',
    group: 'limiter',
    doc: 'Whoever was over the limit is shed for a while after the time that `Retry-After` names (with --rate-limit).',
    endpoint: '*',
    endpoints: 'any',
    params: { ms: number(3000, 0, 60_000, 'the while, from the last request that was over the limit') },
    arm({ ms }) {
      let until = 0
      return {
        quota(quota) {
          const now = performance.now()
          if (!quota.allowed) until = now + ms
          return now < until ? { ...quota, allowed: false } : quota
        },
      }
    },
  }),
  fault({
    name: 'sheds_load',
    group: 'limiter',
    doc: 'Answers 429 with Retry-After, limit or not.',
    ...failing(429, 'rate_limited', { 'retry-after': '1' }),
  }),
]

export const cacheFaults: readonly FaultEntry[] = [
  fault({
    name: 'cache_never_hits',
    group: 'cache',
    doc: 'Every lookup is a miss.',
    endpoint: 'resource',
    endpoints: ['resource'],
    params: {},
    arm: () => ({ lookup: () => 'miss' as const }),
  }),
  fault({
    name: 'cache_always_stale',
    group: 'cache',
    doc: 'Every lookup is a hit on an older revision, with the ETag of that one.',
    endpoint: 'resource',
    endpoints: ['resource'],
    params: {},
    arm: () => ({ lookup: () => 'stale' as const }),
  }),
  fault({
    name: 'ignores_if_none_match',
    group: 'cache',
    doc: 'Sends the whole answer to whoever has it already.',
    endpoint: 'agent_card',
    endpoints: ['agent_card', 'resource'],
    params: {},
    arm: () => ({
      request(call) {
        delete call.headers['if-none-match']
      },
    }),
  }),
]
