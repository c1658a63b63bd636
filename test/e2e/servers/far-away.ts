/** A server on this machine as one that is far away: at an address of its own, and everything takes its time in both directions. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

export interface FarAway {
  url: string
}

/** What comes is written as much later, and in its order. */
function pass(from: Socket, to: Socket, delayMs: number): void {
  const later = (act: () => void): void => {
    setTimeout(act, delayMs)
  }
  from.on('data', (chunk) => later(() => to.write(chunk)))
  from.on('end', () => later(() => to.end()))
  from.on('close', () => later(() => to.destroy()))
  from.on('error', () => {})
}

/**
 * @param url of a server on this machine
 * @param host address of this machine, as others reach it
 */
export async function farAway(t: TestContext, url: string, host: string, delayMs: number): Promise<FarAway> {
  const { hostname, port } = new URL(url)
  // Who has sent all may still be waiting for what is on its way.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const there = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
    for (const socket of [client, there]) socket.setNoDelay(true)
    pass(client, there, delayMs)
    pass(there, client, delayMs)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })
  t.after(() => server.close())
  return { url: `http://${host}:${(server.address() as AddressInfo).port}` }
}
