/** The usual script, as k6's own examples teach it: check(), tags for each request, a Trend and a Rate of each endpoint, thresholds. */
import { check } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'
import { Rate, Trend } from 'k6/metrics'
import { baseUrl, endpoints, scenarioNamed, scenarios } from './k6-load.js'
import { cycleOf } from './mix.js'

export { handleSummary, setup } from './k6-load.js'

const durations = Object.fromEntries(endpoints.map((name) => [name, new Trend(`duration_${name}`, true)]))
const errors = Object.fromEntries(endpoints.map((name) => [name, new Rate(`errors_${name}`)]))

export const options = {
  scenarios,
  summaryTrendStats: ['p(99)'],
  thresholds: Object.fromEntries(
    endpoints.flatMap((name) => [
      [`duration_${name}`, ['p(95)<1000']],
      [`errors_${name}`, ['rate<0.01']],
    ]),
  ),
}

let cycle
let turn = 0

function send(bearer) {
  const { name, requests } = cycle[turn % cycle.length]
  const { method, path, body, headers } = requests[Math.floor(turn / cycle.length) % requests.length]
  turn++
  const response = http.request(method, `${baseUrl}${path}`, body, {
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

const atOnce = Number(__ENV.AT_ONCE || 1)

export default function (bearer) {
  if (cycle === undefined) cycle = cycleOf(scenarioNamed(exec.scenario.name))
  for (let left = atOnce; left > 0; left--) send(bearer)
}
