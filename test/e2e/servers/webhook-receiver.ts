/** Takes what is delivered to webhooks and counts it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface WebhookReceiver {
  url: string
  /** Deliveries so far. */
  taken(): number
}

/** @param status what it answers with */
export async function webhookReceiver(t: TestContext, status = 200): Promise<WebhookReceiver> {
  let taken = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      taken++
      response.writeHead(status).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, taken: () => taken }
}
