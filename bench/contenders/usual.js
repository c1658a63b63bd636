/** The usual script, as k6's own examples teach it: check(), tags for each request, a Trend and a Rate of each endpoint, thresholds. */
import { check } from 'k6'
import http from 'k6/http'
import { Rate, Trend } from 'k6/metrics'
import { cycle, load, token } from './mix.js'

export { handleSummary } from './mix.js'

const turns = cycle()
const names = [...new Set(turns.map(({ name }) => name))]
const durations = Object.fromEntries(names.map((name) => [name, new Trend(`duration_${name}`, true)]))
const errors = Object.fromEntries(names.map((name) => [name, new Rate(`errors_${name}`)]))

export const options = {
  scenarios: { usual: load() },
  summaryTrendStats: ['p(99)'],
  thresholds: Object.fromEntries(
    names.flatMap((name) => [
      [`duration_${name}`, ['p(95)<1000']],
      [`errors_${name}`, ['rate<0.01']],
    ]),
  ),
}

let turn = 0

export const setup = token

export default function (bearer) {
  const { name, requests } = turns[turn % turns.length]
  const { method, url, body, headers } = requests[Math.floor(turn / turns.length) % requests.length]
  turn++
  const response = http.request(method, url, body, {
    headers: { ...headers, Authorization: `Bearer ${bearer}` },
    tags: { endpoint: name },
  })
  const ok = check(response, {
    'status is right': (r) => r.status === 200 || r.status === 201,
    'has a body': (r) => r.body.length > 0,
  })
  durations[name].add(response.timings.duration)
  errors[name].add(!ok)
}
