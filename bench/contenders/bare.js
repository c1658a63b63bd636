/**
 * Bare k6: sends the mix and looks at nothing. The floor that any library is measured from. With AT_ONCE an iteration sends so many
 * requests, as `http` does where users do not pause: nothing that k6 runs sends them for less.
 */
import exec from 'k6/execution'
import http from 'k6/http'
import { baseUrl, scenarioNamed, scenarios } from './k6-load.js'
import { cycleOf } from './mix.js'

export { handleSummary, setup } from './k6-load.js'
export const options = { scenarios, summaryTrendStats: ['p(99)'] }

const params = new Map()
function paramsOf({ headers, authorized }, bearer) {
  // No params at all is the cheapest request there is.
  if (!authorized) return undefined
  if (!params.has(headers)) params.set(headers, { headers: { ...headers, Authorization: `Bearer ${bearer}` } })
  return params.get(headers)
}

/** What this VU sends; each VU serves one scenario. */
let cycle
let whole
let turn = 0

function begin(bearer) {
  const scenario = scenarioNamed(exec.scenario.name)
  whole = scenario.sequence !== undefined
  cycle = cycleOf(scenario).map(({ requests }) =>
    requests.map((request) => ({
      method: request.method,
      url: baseUrl + request.path,
      body: request.body,
      params: paramsOf(request, bearer),
    })),
  )
}

function send() {
  const requests = cycle[turn % cycle.length]
  const { method, url, body, params } = requests[Math.floor(turn / cycle.length) % requests.length]
  turn++
  http.request(method, url, body, params)
}

const atOnce = Number(__ENV.AT_ONCE || 1)

export default function (bearer) {
  if (cycle === undefined) begin(bearer)
  for (let left = whole ? cycle.length : atOnce; left > 0; left--) send()
}
