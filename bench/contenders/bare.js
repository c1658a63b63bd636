/** Bare k6: sends the mix and looks at nothing. The floor that any library is measured from. */
import http from 'k6/http'
import { cycle, load, token } from './mix.js'

export { handleSummary } from './mix.js'
export const options = { scenarios: { bare: load() }, summaryTrendStats: ['p(99)'] }

const turns = cycle()
const params = new Map()
let turn = 0

export const setup = token

function paramsOf(headers, bearer) {
  let found = params.get(headers)
  if (found === undefined) {
    found = { headers: { ...headers, Authorization: `Bearer ${bearer}` } }
    params.set(headers, found)
  }
  return found
}

export default function (bearer) {
  const { name, requests } = turns[turn % turns.length]
  const request = requests[Math.floor(turn / turns.length) % requests.length]
  turn++
  // Health wants no authorization; no params at all is the cheapest request there is.
  if (name === 'health') http.get(request.url)
  else http.request(request.method, request.url, request.body, paramsOf(request.headers, bearer))
}
