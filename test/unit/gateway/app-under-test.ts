import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { parseOrder } from '../../../gateway/faults/order.ts'
import type { GatewayOptions } from '../../../gateway/options.ts'
import { buildApp } from '../../../gateway/server/app.ts'

export const PASSWORD_GRANT = { grant_type: 'password', username: 'loadgate', password: 'loadgate-password' }

export async function openApp(t: TestContext, options: Partial<GatewayOptions> = {}): Promise<FastifyInstance> {
  const app = await buildApp(options)
  t.after(() => app.close())
  return app
}

export interface Listening {
  readonly app: FastifyInstance
  readonly url: string
  readonly port: number
  readonly token: string
}

/** For what `inject` cannot show: sockets, streams, broken connections. */
export async function listen(t: TestContext, options: Partial<GatewayOptions> = {}): Promise<Listening> {
  const app = await buildApp(options)
  t.after(() => {
    app.gateway.connections.endLongLived()
    app.gateway.connections.destroyAll()
    return app.close()
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return { app, port, url: `http://127.0.0.1:${port}`, token: tokenOf(app) }
}

export function tokenOf(app: FastifyInstance): string {
  return app.gateway.authorization.issue('loadgate').access_token
}

export function bearer(app: FastifyInstance): { authorization: string } {
  return { authorization: `Bearer ${tokenOf(app)}` }
}

/** How long something broken may keep a test busy; on a slow machine what is right may take long, too. */
export const PATIENCE_MS = 30_000

/** Waits for a condition, and says which one when it never holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${PATIENCE_MS} ms in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A gateway with faults built in, and a way to turn one on. */
export async function listenFaulty(t: TestContext, options: Partial<GatewayOptions> = {}) {
  const listening = await listen(t, { ...options, faults: true })
  const { app } = listening
  const injector = app.gateway.faults ?? assert.fail('no fault injector')
  return {
    ...listening,
    injector,
    arm: (order: object): string => injector.arm(parseOrder(order, app.gateway.routePatterns)) ?? assert.fail('too many faults'),
  }
}

export type Faulty = Awaited<ReturnType<typeof listenFaulty>>
