/** Moments that nobody looks at. */
import { type Case, hostile } from './case.ts'
import { error } from './gateway/answers.ts'
import { instead, isLoad } from './gateway/defects.ts'
import type { Answer, Defect, Exchange } from './gateway/model.ts'
import { OPEN } from './sizes.ts'

const broken = (): Answer => error(500, 'internal')

/** The four seconds after a spike, which the gateway sees by its rate. */
function afterSpike(): (exchange: Exchange) => boolean {
  let [highest, calm] = [0, 0]
  return ({ at, rate }) => {
    if (at === undefined || at < 2.5) return false
    highest = Math.max(highest, rate)
    const spiked = highest > 75 && rate < highest * 0.75
    if (spiked && calm === 0) calm = at
    return calm > 0 && at < calm + 3.5
  }
}

const during = (whose: () => (exchange: Exchange) => boolean, answer: (exchange: Exchange, right: Answer) => Answer): Defect => {
  const is = whose()
  return {
    answer(exchange, right) {
      const [answered, hit] = [right(), isLoad(exchange) && is(exchange)]
      return hit ? answer(exchange, answered) : answered
    },
  }
}

const inside =
  (from: number, to: number) =>
  () =>
  ({ at }: Exchange) =>
    at !== undefined && at >= from && at < to

const case_ = (name: string, script: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script, defect, verdict: 'fail', plain: 'same', cause: /settle|warmup|warm-up|steady|users|teardown|agent|window/i },
  ...more,
})

const limited = (): Answer => error(429, 'rate_limited', { 'Retry-After': '1' })

hostile('windows', [
  case_('500 for all in the seconds after a spike', 'burst', () => during(afterSpike, broken), { plain: 'both' }),
  case_('failed checks in the seconds after a spike', 'burst', () =>
    during(afterSpike, (_, right) => ({ ...right, body: '{"status":"healthy"}' })),
  ),
  case_('everybody is shed in the seconds after a spike', 'burst', () => during(afterSpike, limited)),
  case_('500 for all while the warm-up lasts', 'http', () => during(inside(0, 1.2), broken), { env: OPEN, plain: 'both' }),
  case_('failed checks while the warm-up lasts', 'http', () => during(inside(0, 1.2), (_, right) => ({ ...right, body: '{}' })), {
    env: OPEN,
  }),
  case_(
    'no token is good in the first second',
    'http',
    () =>
      during(inside(0, 1), ({ headers }, right) =>
        headers.authorization === undefined ? right : error(401, 'unauthorized', { 'WWW-Authenticate': 'Bearer' }),
      ),
    { env: OPEN },
  ),
  case_('everybody is shed while the warm-up lasts', 'http', () => during(inside(0, 1.2), limited), { env: OPEN }),
  case_('500 for all in the last half second', 'http', () => during(inside(2.5, 100), broken)),
  case_('no agent can be unregistered in the teardown', 'http', () => instead(({ rpc }) => rpc === 'agent.unregister', broken())),
  case_(
    'who asks in the last moments is never answered',
    'http',
    () => ({
      answer: (exchange, right) =>
        isLoad(exchange) && exchange.rpc === '' && inside(2.7, 100)()(exchange) ? undefined : right(),
    }),
    { env: { TIMEOUT: '2s' } },
  ),
  case_(
    'who writes in the last moments is never answered',
    'http',
    () => ({
      answer: (exchange, right) =>
        isLoad(exchange) && exchange.method === 'POST' && inside(3.6, 5.9)()(exchange) ? undefined : right(),
    }),
    { env: { ...OPEN, WARMUP: '1s', TIMEOUT: '2s' } },
  ),
  case_('failed checks in the first tenth of a second of each second', 'http', () =>
    during(
      () =>
        ({ at }) =>
          at !== undefined && at % 1 < 0.1,
      (_, right) => ({ ...right, body: right.body.replace(/"/, "'") }),
    ),
  ),
  case_('only the 100th answer of each route is wrong', 'burst', () =>
    during(
      () =>
        ({ nth }) =>
          nth === 100,
      (_, right) => ({ ...right, body: '{}' }),
    ),
  ),
])
