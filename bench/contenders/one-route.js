/** Bare k6 on one route: `http.get(url)` and nothing else. */
import http from 'k6/http'
import { load } from './mix.js'

export { handleSummary } from './mix.js'
export const options = { scenarios: { one: load() }, summaryTrendStats: ['p(99)'] }

const url = `${__ENV.BASE_URL}/api/v1/health`

export default function () {
  http.get(url)
}
