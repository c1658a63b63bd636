import type { AddressInfo, Server } from 'node:net'
import type { Gateway } from '../gateway.ts'
import type { ProcessControl } from './fault.ts'

export function controlProcess(server: Server, gatewayOf: () => Gateway): ProcessControl {
  let address: AddressInfo | null = null
  return {
    stopListening() {
      if (!server.listening) return
      address = server.address() as AddressInfo
      server.close()
    },
    listenAgain() {
      if (address === null || server.listening) return
      server.listen({ port: address.port, host: address.address })
      address = null
    },
    cutConnections: () => gatewayOf().connections.destroyAll(),
    forget() {
      const gateway = gatewayOf()
      gateway.startedAtMs = Date.now()
      gateway.metrics.reset()
      for (const store of gateway.stores) store.clear()
    },
  }
}
