import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { countersIn, countersOf } from '../../../../cli/init/counters.ts'

const TOTAL = { counter: 'http_requests_total', method: 'method', route: 'handler', status: 'status' }

/** A gateway whose page counts what it is asked for, by the lines that `page` makes of the count. */
async function counting(t: TestContext, page: (count: number) => string): Promise<string> {
  let count = 0
  const server = createServer((request, response) => {
    if (request.url === '/openapi.json') count++
    if (request.url === '/metrics') response.end(page(count))
    else response.writeHead(request.url === '/openapi.json' ? 200 : 404).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const found = (url: string) => countersOf(url, `${url}/openapi.json`)

test('a counter of requests is told by its name and its labels, a total before the count of a histogram', () => {
  const labels = '{handler="/a",method="GET",status="2xx"}'
  const page = [
    `http_request_size_bytes_count${labels} 3`,
    `http_requests_total${labels} 3`,
    `http_requests_created${labels} 1.7e9`,
    `gc_objects_total${labels} 3`,
    'http_requests_in_flight_total{method="GET"} 1',
  ].join('\n')
  assert.deepEqual(countersIn(page), [TOTAL, { ...TOTAL, counter: 'http_request_size_bytes_count' }])
  assert.deepEqual(countersIn('<html>'), [])
})

test('it is taken where it has counted a request', async (t) => {
  const line = (count: number) => `http_requests_total{handler="/openapi.json",method="GET",status="200"} ${count}`
  const url = await counting(t, line)
  assert.deepEqual(await found(url), { url: `${url}/metrics`, ...TOTAL })
  assert.equal(await found(await counting(t, () => line(7))), undefined)
  assert.equal(await found('http://127.0.0.1:9'), undefined)
})
