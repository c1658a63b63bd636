import type { FastifyInstance } from 'fastify'
import { Authorization, type Claims } from './authorization.ts'
import { ResponseCache } from './cache.ts'
import { Connections } from './connections.ts'
import { openSender } from './deliveries.ts'
import { a2aMethods } from './domain/a2a-methods.ts'
import { A2aTasks } from './domain/a2a-tasks.ts'
import { Agents } from './domain/agents.ts'
import { gatewayMethods } from './domain/gateway-methods.ts'
import type { Document } from './domain/resources.ts'
import { Tasks } from './domain/tasks.ts'
import { Topics } from './domain/topics.ts'
import { Webhooks } from './domain/webhooks.ts'
import { controlProcess } from './faults/process-control.ts'
import { Switchboard } from './faults/switchboard.ts'
import { type Gateway, uptimeS } from './gateway.ts'
import { Ledger } from './ledger.ts'
import type { QuotaOf } from './limiter.ts'
import { Metrics } from './metrics.ts'
import type { GatewayOptions } from './options.ts'
import { writeEvent } from './websocket/connection.ts'

/** Puts the parts together that the routes of `apps` share; the first of them signs the tokens. */
export function assemble(
  apps: readonly [FastifyInstance, ...FastifyInstance[]],
  options: GatewayOptions,
  quotaOf: QuotaOf | null,
): Gateway {
  const [app] = apps
  const codec = {
    sign: (claims: Record<string, string | number>) => app.jwt.sign(claims),
    verify: (token: string) => app.jwt.verify<Claims>(token),
  }
  const agents = new Agents()
  const tasks = new Tasks()
  const a2aTasks = new A2aTasks()
  const cache = new ResponseCache<Document>(options.cacheSize)
  const topics = new Topics(options.eventIntervalMs, writeEvent)
  const sender = openSender()
  const { ledgerFile } = options
  const ledger = ledgerFile === null ? null : new Ledger()
  app.addHook('onClose', async () => {
    sender.close()
    topics.stop()
    if (ledgerFile !== null) ledger?.write(ledgerFile)
  })
  const servers = apps.map(({ server }) => server)
  const faults = options.faults ? new Switchboard(controlProcess(servers, () => gateway)) : null
  const webhooks = new Webhooks(sender.send, faults ? () => faults.deliveries('event_publish') : undefined)
  const gateway: Gateway = {
    options,
    authorization: new Authorization(codec, options.tokenTtlS, options.refreshTtlS),
    cache,
    connections: new Connections(),
    faults,
    routePatterns: new Map(),
    quotaOf,
    metrics: new Metrics(),
    ledger,
    methods: new Map([...gatewayMethods(agents, tasks, () => uptimeS(gateway)), ...a2aMethods(a2aTasks)]),
    a2aTasks,
    topics,
    webhooks,
    stores: [agents, tasks, a2aTasks, topics, webhooks, cache],
    startedAtMs: Date.now(),
    rateLimited: 0,
  }
  gateway.metrics.expose({
    connections: () => gateway.connections.count(),
    cache: () => cache,
    rateLimited: () => gateway.rateLimited,
    deliveries: () => ({ delivered: webhooks.delivered, failed: webhooks.failed }),
    startedAtMs: () => gateway.startedAtMs,
  })
  return gateway
}
