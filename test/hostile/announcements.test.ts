/** Load that is shed as if it had been announced: a budget is for 429 with a Retry-After that can be followed. */
import { type Case, hostile } from './case.ts'
import { error } from './gateway/answers.ts'
import { instead, isLoad } from './gateway/defects.ts'
import type { Defect, Exchange } from './gateway/model.ts'
import { shedding } from './sizes.ts'

/** A tenth may be shed. */
const env = shedding(0.1)

/** One request of twenty. */
const some = (exchange: Exchange): boolean => isLoad(exchange) && exchange.at !== undefined && exchange.nth % 20 === 0

const sheds = (retryAfter: string, whose = some): Defect => ({
  answer: (exchange, right) => (whose(exchange) ? error(429, 'rate_limited', { 'Retry-After': retryAfter }) : right()),
})

/** Who was shed gets an empty answer when it comes back: the next request on its connection, once it may. */
function emptyForWhoComesBack(): Defect {
  const due = new WeakMap<object, number>()
  return {
    answer({ socket, route, at, nth }, right) {
      if (route !== 'health' || at === undefined) return right()
      const from = due.get(socket)
      if (from !== undefined && Date.now() >= from) {
        due.set(socket, Number.POSITIVE_INFINITY)
        return { ...right(), body: '{}' }
      }
      if (from !== undefined || nth % 4 !== 0) return right()
      due.set(socket, Date.now() + 1000)
      return error(429, 'rate_limited', { 'Retry-After': '1' })
    },
  }
}

const case_ = (name: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script: 'http', defect, env, verdict: 'fail', plain: 'same', cause: /shed|429|Retry-After|failed_check|steady/i },
  ...more,
})

const written = (value: string): string => (value === '' ? 'nothing' : value)
const announces = (value: string, more: Partial<Case> = {}): Case =>
  case_(`Retry-After says ${written(value)}`, () => sheds(value), more)

hostile('announcements', [
  announces('banana', { plain: 'both' }),
  announces('-5'),
  announces(''),
  announces('1.5 seconds'),
  announces('1, 2'),
  announces('0x10'),
  announces('315360000'),
  announces('99999999999999999999'),
  announces('Thu, 01 Jan 1970 00:00:00 GMT', { plain: 'both' }),
  announces('Fri, 01 Jan 2100 00:00:00 GMT'),
  case_('one endpoint is shed for ever, with a second to wait each time', () => sheds('1', ({ route }) => route === 'action'), {
    cause: /action|shed|Retry-After|steady/i,
  }),
  case_(
    'who waits as long as it was told is shed again',
    () => {
      // From its first shed request on, a method is never answered again.
      let until = Number.POSITIVE_INFINITY
      return sheds('1', ({ rpc, at }) => {
        if (rpc !== 'task.create' || at === undefined) return false
        until = Math.min(until, at)
        return at >= until
      })
    },
    { cause: /task_create|shed|Retry-After|steady/i },
  ),
  case_('who comes back as told gets an empty answer', emptyForWhoComesBack, { cause: /health|invalid content/i }),
  announces('+1'),
  announces('Fri, 31 Feb 2031 00:00:00 GMT'),
  case_('two headers, of which the second is none', () => ({
    answer: (exchange, right) =>
      some(exchange) ? error(429, 'rate_limited', { 'Retry-After': '1', 'RETRY-AFTER': 'soon' }) : right(),
  })),
  case_('503 with a second to wait', () => instead(some, error(503, 'unavailable', { 'Retry-After': '1' }))),
  case_('429 that is called 200', () => instead(some, error(200, 'rate_limited', { 'Retry-After': '1' }))),
])
