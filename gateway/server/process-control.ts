import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import type { ProcessControl } from '../faults/fault.ts'
import type { Gateway } from '../routes/gateway.ts'

const RETRY_MS = 100

export function controlProcess(servers: readonly Server[], gatewayOf: () => Gateway): ProcessControl {
  /** Faults that want nobody to listen; the last of them to end opens the ports again. */
  let holders = 0
  let closed: [Server, AddressInfo][] = []
  return {
    stopListening() {
      holders++
      for (const server of servers) {
        if (!server.listening) continue
        closed.push([server, server.address() as AddressInfo])
        server.close()
      }
      let released = false
      return () => {
        if (released) return
        released = true
        if (--holders > 0) return
        for (const [server, address] of closed) listenAgain(server, address)
        closed = []
      }
    },
    cutConnections: () => gatewayOf().connections.destroyAll(),
    delayConnections(ms) {
      const undo = servers.map((server) => delayed(server, ms))
      return () => {
        for (const one of undo) one()
      }
    },
    connect() {
      const own = servers[0]?.address() as AddressInfo | null | undefined
      if (!own) return () => {}
      const socket = connect({ host: own.address, port: own.port }).on('error', () => {})
      return () => socket.destroy()
    },
    answerUnparsed(statusLine) {
      const undo = servers.map((server) => replaceUnparsed(server, statusLine))
      return () => {
        for (const one of undo) one()
      }
    },
    forget() {
      const gateway = gatewayOf()
      gateway.startedAtMs = Date.now()
      gateway.rateLimited = 0
      gateway.metrics.reset()
      for (const store of gateway.stores) store.clear()
    },
  }
}

/** Somebody else may have taken the port for a moment, as an outgoing connection's own one. */
function listenAgain(server: Server, { address, port }: AddressInfo): void {
  const again = (): void => void setTimeout(() => listenAgain(server, { address, port, family: '' }), RETRY_MS).unref()
  server.once('error', again)
  server.listen({ port, host: address }, () => server.off('error', again))
}

const CONNECTED = 'connection'

/** What listens hears of a connection later; what the client sends meanwhile is kept. */
function delayed(server: Server, ms: number): () => void {
  const before = server.listeners(CONNECTED) as ((socket: Socket) => void)[]
  const later = (socket: Socket): void =>
    void setTimeout(() => {
      for (const listener of before) listener.call(server, socket)
    }, ms)
  server.removeAllListeners(CONNECTED)
  server.on(CONNECTED, later)
  return () => {
    server.off(CONNECTED, later)
    for (const listener of before) server.on(CONNECTED, listener)
  }
}

const UNPARSED = 'clientError'
/** Closing at once, on bytes that are still to be read, would reset the answer away. */
const DRAIN_MS = 500

function replaceUnparsed(server: Server, statusLine: string): () => void {
  const before = server.listeners(UNPARSED) as ((...args: unknown[]) => void)[]
  const answer = (_error: Error, socket: Socket): void => {
    if (socket.destroyed) return
    socket.end(`${statusLine}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    socket.removeAllListeners('data')
    socket.resume()
    setTimeout(() => socket.destroy(), DRAIN_MS).unref()
  }
  server.removeAllListeners(UNPARSED)
  server.on(UNPARSED, answer)
  return () => {
    server.off(UNPARSED, answer)
    for (const listener of before) server.on(UNPARSED, listener)
  }
}
