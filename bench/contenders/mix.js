/** The requests that every k6 contender sends: those of scripts/http.ts, with the same headers and bodies, made once. */
import http from 'k6/http'

const WEIGHTS = { health: 10, resource: 8, resources: 5, action: 3 }
const base = __ENV.BASE_URL

/** Gets the token that the requests carry, as the library does in its setup(). */
export function token() {
  const body = JSON.stringify({ grant_type: 'password', username: 'loadgate', password: 'loadgate-password' })
  return http.post(`${base}/auth/token`, body, { headers: { 'Content-Type': 'application/json' } }).json('access_token')
}

/** One cycle of the mix, 26 turns long; each turn says which endpoint it is and gives its requests in turn. */
export function cycle() {
  const post = { 'Content-Type': 'application/json' }
  const requests = {
    health: [{ method: 'GET', url: `${base}/api/v1/health`, body: null, headers: {} }],
    resource: Array.from({ length: 50 }, (_, i) => ({
      method: 'GET',
      url: `${base}/api/v1/resource/r-${String(i * 10).padStart(4, '0')}`,
      body: null,
      headers: {},
    })),
    resources: Array.from({ length: 5 }, (_, i) => ({
      method: 'GET',
      url: `${base}/api/v1/resources?limit=20&offset=${i * 20}`,
      body: null,
      headers: {},
    })),
    action: Array.from({ length: 16 }, (_, i) => ({
      method: 'POST',
      url: `${base}/api/v1/action`,
      body: JSON.stringify({ action: 'loadgate.noop', payload: { value: 42 }, ref: `lg-${(i * 268435399).toString(16)}` }),
      headers: post,
    })),
  }
  // Spread over the cycle, so that no endpoint comes in clumps.
  return Object.entries(WEIGHTS)
    .flatMap(([name, weight]) => Array.from({ length: weight }, (_, i) => ({ name, at: (i + 0.5) / weight })))
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => ({ name, requests: requests[name] }))
}

/** The load that the bench asks for: closed (USERS at full speed) or open (RATE with VUS). */
export function load() {
  const { USERS, RATE, VUS, DURATION } = __ENV
  const duration = DURATION || '10s'
  return USERS
    ? { executor: 'constant-vus', vus: Number(USERS), duration, gracefulStop: '6s' }
    : {
        executor: 'constant-arrival-rate',
        rate: Number(RATE),
        timeUnit: '1s',
        duration,
        preAllocatedVUs: Number(VUS),
        maxVUs: Number(VUS),
        gracefulStop: '6s',
      }
}

/** What the bench reads. */
export function handleSummary({ metrics }) {
  const { http_reqs, dropped_iterations, http_req_duration, http_req_sending } = metrics
  return {
    stdout: JSON.stringify({
      requests: http_reqs.values.count,
      dropped: dropped_iterations ? dropped_iterations.values.count : 0,
      p99_ms: http_req_duration.values['p(99)'],
      sending_p99_ms: http_req_sending.values['p(99)'],
    }),
  }
}
