/** What the k6 contenders have in common: the load that the bench asks for, the token, and what the bench reads. */
import http from 'k6/http'
import { MIXES, preparations } from './mix.js'

const { BASE_URL: base, MIX: mix = 'http', USERS, RATE, VUS, DURATION = '10s' } = __ENV

/** Gets the token that the requests carry, as the library does in its setup(). */
export function setup() {
  const body = JSON.stringify({ grant_type: 'password', username: 'loadgate', password: 'loadgate-password' })
  const token = http.post(`${base}/auth/token`, body, { headers: { 'Content-Type': 'application/json' } }).json('access_token')
  for (const { method, path, body, headers } of preparations(mix))
    http.request(method, base + path, body, { headers: { ...headers, Authorization: `Bearer ${token}` } })
  return token
}

const common = { gracefulStop: '6s' }
const open = { ...common, timeUnit: '1s', preAllocatedVUs: Number(VUS), maxVUs: Number(VUS) }

/** All of it within one second of every few. */
function bursts(rate, every) {
  const peak = Math.round(rate * every)
  const burst = [
    { target: peak, duration: '0s' },
    { target: peak, duration: '1s' },
    { target: 0, duration: '0s' },
    { target: 0, duration: `${every - 1}s` },
  ]
  const count = Math.floor(Number.parseFloat(DURATION) / every)
  return { ...open, executor: 'ramping-arrival-rate', startRate: peak, stages: Array.from({ length: count }, () => burst).flat() }
}

/** Closed (USERS at full speed) or open (RATE with VUS in each scenario). */
export const scenarios = Object.fromEntries(
  MIXES[mix].map(({ name, rate, every }) => {
    if (USERS) return [name, { ...common, executor: 'constant-vus', vus: Number(USERS), duration: DURATION }]
    const own = rate(Number(RATE))
    return [
      name,
      every === undefined
        ? { ...open, executor: 'constant-arrival-rate', rate: Math.round(own), duration: DURATION }
        : bursts(own, every),
    ]
  }),
)

export const baseUrl = base
export const scenarioNamed = (wanted) => MIXES[mix].find(({ name }) => name === wanted)
/** Names of the endpoints of all scenarios. */
export const endpoints = [...new Set(MIXES[mix].flatMap(({ mix: weights, sequence }) => sequence ?? Object.keys(weights)))]

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
