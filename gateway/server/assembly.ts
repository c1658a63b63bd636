import type { FastifyInstance } from 'fastify'
import { Authorization, type Claims } from '../base/authorization.ts'
import { ResponseCache } from '../base/cache.ts'
import { Connections } from '../base/connections.ts'
import type { QuotaOf } from '../base/limiter.ts'
import { a2aMethods } from '../domain/a2a-methods.ts'
import { A2aTasks } from '../domain/a2a-tasks.ts'
import { Agents } from '../domain/agents.ts'
import { openSender } from '../domain/deliveries.ts'
import { gatewayMethods } from '../domain/gateway-methods.ts'
import type { Document } from '../domain/resources.ts'
import { Tasks } from '../domain/tasks.ts'
import { Topics } from '../domain/topics.ts'
import { Webhooks } from '../domain/webhooks.ts'
import { FaultInjector } from '../faults/injector.ts'
import { AnswerLog } from '../measure/answer-log.ts'
import { Metrics } from '../measure/metrics.ts'
import type { GatewayOptions } from '../options.ts'
import { type Gateway, uptimeS } from '../routes/gateway.ts'
import { writeEvent } from '../routes/websocket.ts'
import { controlProcess } from './process-control.ts'

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
  const { answerLogFile } = options
  const answerLog = answerLogFile === null ? null : new AnswerLog()
  app.addHook('onClose', async () => {
    sender.close()
    topics.stop()
    if (answerLogFile !== null) answerLog?.write(answerLogFile)
  })
  const servers = apps.map(({ server }) => server)
  const faults = options.faults ? new FaultInjector(controlProcess(servers, () => gateway)) : null
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
    answerLog,
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
