/** Witnesses that contradict each other: the probe, the counters, k6. */
import { type Case, hostile, type Room } from './case.ts'
import { error } from './gateway/answers.ts'
import { isLoad, later } from './gateway/defects.ts'
import type { Answer, Counted, Defect, Exchange } from './gateway/model.ts'
import { STRICT } from './sizes.ts'

const broken = (): Answer => error(500, 'internal')

/** Answers those who are not k6, by some sign, with something else. */
function discriminates(isK6: (exchange: Exchange) => boolean, other: (right: Answer) => Answer): Defect {
  let struck = 0
  return {
    struck: () => struck,
    answer(exchange, right) {
      const answer = right()
      if (!isLoad(exchange) || isK6(exchange)) return answer
      struck++
      return other(answer)
    },
  }
}

const byName = ({ k6 }: Exchange): boolean => k6
/** Go writes Host and User-Agent first, and never asks for what is the default. */
const byOrder = ({ rawHeaders: [first, , third] }: Exchange): boolean => first === 'Host' && third === 'User-Agent'
const byConnection = ({ headers }: Exchange): boolean => headers.connection === undefined

/** Each user of k6 has a connection and thinks between two requests; the probe does not. Setup and teardown are k6's as well. */
function byPace(): (exchange: Exchange) => boolean {
  const times = new WeakMap<object, number[]>()
  return ({ socket, rpc }) => {
    if (/register|discover/.test(rpc)) return true
    const now = performance.now()
    const recent = [...(times.get(socket) ?? []), now].filter((at) => at > now - 1000)
    times.set(socket, recent)
    return recent.length <= 14
  }
}

/** That `http` registers. */
const AGENTS = 20

/**
 * The probe is there before agents are registered, which takes a while here; and it has a token of its own, by which it is known from then on.
 */
function fromTheStart(answers: ((right: Answer) => Answer) | 'cut' | 'late'): Defect {
  const tokens = new Set<string>()
  let registered = 0
  return {
    async answer(exchange, right) {
      const { route, rpc, at, headers, socket } = exchange
      if (rpc === 'agent.register') {
        await later(80)
        registered++
      }
      const { authorization = '' } = headers
      if (['resource', 'resources', 'action'].includes(route) && registered < AGENTS) tokens.add(authorization)
      const answer = right()
      if (at === undefined || !tokens.has(authorization)) return answer
      if (typeof answers === 'function') return answers(answer)
      if (answers === 'late') {
        await later(1000)
        return answer
      }
      socket.end()
      return undefined
    },
  }
}

/** Keeps everybody waiting who is not k6. */
function waits(isK6: (exchange: Exchange) => boolean, ms: number): Defect {
  let struck = 0
  return {
    struck: () => struck,
    async answer(exchange, right) {
      if (isLoad(exchange) && !isK6(exchange)) {
        struck++
        await later(ms)
      }
      return right()
    },
  }
}

/** Keeps those waiting. */
const slowFor = (whose: (exchange: Exchange) => boolean, ms: number): Defect => ({
  async answer(exchange, right) {
    if (whose(exchange)) await later(ms)
    return right()
  },
})

/** Changes the page of metrics from the moment that the load has begun. */
const paged = (change: (page: string) => string): Defect => ({ page: (text, _look, load) => (load ? change(text) : text) })

const frozen = (): Defect => {
  let first: string | undefined
  return {
    page(text) {
      first ??= text
      return first
    },
  }
}

const counted = (how: (one: Counted, exchange: Exchange) => readonly Counted[]): Defect => ({ counts: how })

const case_ = (name: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script: 'http', defect, verdict: ['fail', 'invalid'], plain: 'blind', cause: /probe|count|reconcil|metrics/i },
  ...more,
})
const probed = (name: string, defect: () => Defect, more: Partial<Case> = {}): Case =>
  case_(name, defect, { seeks: true, cause: /probe/i, ...more })
const early = (what: string, answers: Parameters<typeof fromTheStart>[0], more: Partial<Case> = {}): Case =>
  case_(`who was there before the load gets ${what}`, () => fromTheStart(answers), { verdict: 'fail', cause: /probe/i, ...more })
/** Slow for k6 alone: what k6 has proven stands. */
const slow = (name: string, defect: () => Defect): Case =>
  case_(name, defect, {
    verdict: 'fail',
    plain: 'same',
    env: STRICT,
    cause: /p95|latenc|slow|ms/i,
    excuse: /generator|bottleneck/i,
  })

/** Nobody else sends to this gateway. */
const alone = (room: Room) => ({
  TARGET: room.json('target.json', {
    ...{ name: 'alone', base_url: 'http://127.0.0.1:1', reconciliation: { exclusive: true } },
    auth: { flow: 'password', token_path: '/auth/token', refresh_path: '/auth/refresh', username: 'u', password: 'a-password' },
    endpoints: { resource: { values: { id: 'r-{0000..0499}' } }, resources: { values: { offset: '490' } } },
  }),
})

hostile('evidence', [
  probed('500 to everybody who does not call himself k6', () => discriminates(byName, broken)),
  probed('500 to everybody whose headers stand in another order than those of k6', () => discriminates(byOrder, broken)),
  probed('500 to everybody who says how the connection is to be used', () => discriminates(byConnection, broken)),
  probed('500 to who sends without a pause', () => discriminates(byPace(), broken)),
  probed('wrong content with the right status for everybody but k6', () =>
    discriminates(byName, (answer) => ({ ...answer, body: '{"status":"down"}' })),
  ),
  probed('the right status within an error for everybody but k6', () =>
    discriminates(byName, (answer) => ({ ...answer, body: `{"error":${answer.body}}` })),
  ),
  slow('one endpoint is slow for k6 and quick for the probe', () => slowFor((one) => one.k6 && one.route === 'health', 400)),
  slow('every endpoint is slow for k6 and quick for the probe', () => slowFor((one) => one.k6 && isLoad(one), 250)),
  case_('the labels of the counter have other names after the load', () => paged((page) => page.replaceAll('method=', 'verb='))),
  case_('the counter has another name after the load', () =>
    paged((page) => page.replaceAll('gateway_requests_total', 'gateway_requests')),
  ),
  case_('the page of metrics is gone after the load', () => ({
    answer: (exchange, right) => (exchange.route === 'metrics' && exchange.at !== undefined ? error(404, 'not_found') : right()),
  })),
  case_('the page of metrics is empty after the load', () => paged(() => '\n')),
  case_('the process says that it was started anew', () =>
    paged((page) => page.replace(/^(process_start_time_seconds) .*$/m, '$1 1')),
  ),
  case_('the counter stands still', frozen),
  case_('the counter knows only every second request', () => counted((one, { nth }) => (nth % 2 === 0 ? [one] : []))),
  case_(
    'errors are counted as successes',
    () => ({
      answer: (exchange, right) => (exchange.route === 'health' && exchange.nth % 3 === 0 ? broken() : right()),
      counts: (one) => [{ ...one, status: '200' }],
    }),
    { verdict: 'fail', plain: 'both', cause: /health|users|window/ },
  ),
  case_('one request of ten is counted twice', () => counted((one, { nth }) => (nth % 10 === 0 ? [one, one] : [one])), {
    env: alone,
  }),
  probed('everybody but k6 waits half a second', () => waits(byName, 500), { verdict: ['fail', 'invalid'] }),
  early('500', () => broken()),
  early('wrong content', (answer) => ({ ...answer, body: '{"status":"down"}' })),
  early('a second to wait, each time', () => error(429, 'rate_limited', { 'Retry-After': '1' }), {
    verdict: ['fail', 'invalid'],
  }),
  early('nothing, and end their connection', 'cut'),
  early('all of it, a second late', 'late', { env: STRICT, verdict: ['fail', 'invalid'] }),
  case_(
    'there is one token, and k6 has got it',
    () => ({
      answer: (exchange, right) => (exchange.route === 'auth' && exchange.nth > 1 ? error(500, 'internal') : right()),
    }),
    { cause: /token|probe/i },
  ),
  case_('the page of metrics never comes to its end after the load', () => ({
    answer(exchange, right) {
      if (exchange.route !== 'metrics' || exchange.at === undefined) return right()
      const { response } = exchange
      response.writeHead(200, { 'Content-Type': 'text/plain' })
      const timer = setInterval(() => response.write('# still here\n'), 200)
      response.once('close', () => clearInterval(timer))
      return undefined
    },
  })),
  case_('the page of metrics sends to another one after the load', () => ({
    answer: (exchange, right) =>
      exchange.route === 'metrics' && exchange.at !== undefined
        ? { status: 302, headers: { Location: '/api/v1/health' }, body: '' }
        : right(),
  })),
  case_('the counter begins anew in the middle of the load', () => {
    return paged((page) =>
      page.replaceAll(
        /^(gateway_requests_total\{.*\}) (\d+)$/gm,
        (_, labels, count) => `${labels} ${Math.floor(Number(count) / 3)}`,
      ),
    )
  }),
  case_('each line of the counter stands there twice', () =>
    paged((page) => page.replaceAll(/^gateway_requests_total.*$/gm, (line) => `${line}\n${line}`)),
  ),
  case_('the counter counts in numbers that are none', () =>
    paged((page) => page.replaceAll(/^(gateway_requests_total\{.*\}) \d+$/gm, '$1 NaN')),
  ),
  case_('the counter counts to infinity', () =>
    paged((page) => page.replaceAll(/^(gateway_requests_total\{.*\}) \d+$/gm, '$1 +Inf')),
  ),
])
