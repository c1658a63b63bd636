/**
 * What a gateway's defaults do to a connection: after how many requests it closes one, and after how long without any.
 *
 *     node --import tsx bench/parts/connection-limits.ts http://127.0.0.1:8080/health [requests [seconds]]
 *
 * Sends one request at a time.
 */
import { once } from 'node:events'
import http from 'node:http'

const [url, most = '3000', patience = '330'] = process.argv.slice(2)
if (url === undefined) throw new Error('expected a URL')

async function ask(agent: http.Agent): Promise<import('node:net').Socket> {
  const request = http.get(url as string, { agent })
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  // Read to its end, and given back to the agent.
  await new Promise((resolve) => setImmediate(resolve))
  return request.socket as import('node:net').Socket
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
let sent = 1
const first = await ask(agent)
while (sent < Number(most) && (await ask(agent)) === first) sent++
console.log(sent < Number(most) ? `closed after ${sent} requests` : `open after ${sent} requests`)
agent.destroy()

const idle = new http.Agent({ keepAlive: true, maxSockets: 1 })
const socket = await ask(idle)
const began = performance.now()
const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1)
const late = setTimeout(() => {
  console.log(`open after ${seconds()} s without a request`)
  idle.destroy()
}, Number(patience) * 1000)
socket.once('close', () => {
  clearTimeout(late)
  if (Number(seconds()) < Number(patience)) console.log(`closed after ${seconds()} s without a request`)
})
