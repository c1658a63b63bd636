/** A gateway on free ports, with its target file bound to it and tokens that were asked for over HTTP. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { API_ENDPOINTS, OTHER_ENDPOINTS } from '../../gateway/base/endpoints.ts'
import { parseOrder } from '../../gateway/faults/order.ts'
import type { GatewayOptions } from '../../gateway/options.ts'
import { buildApp } from '../../gateway/server/app.ts'
import { type AuthPlan, authPlan, type Grant, readGrant } from '../../lib/auth/auth.ts'
import { readSettings } from '../../lib/base/settings.ts'
import { apart, withOwn } from '../../lib/run/own-endpoints.ts'
import { bindTarget, type Target } from '../../lib/target/target.ts'
import { allDescriptors } from './descriptors.ts'
import { closeConnections, send } from './http-client.ts'
import { begin } from './lives.ts'
import { Vu } from './vu.ts'

const NAMES: readonly string[] = [...API_ENDPOINTS, ...OTHER_ENDPOINTS]
const JSON_TYPE = { 'Content-Type': 'application/json' }

/** Sends a request for a token as lib/auth/authorization.k6.ts does. */
export async function grantFor(request: AuthPlan['tokenRequest'], more: object = {}): Promise<Grant | undefined> {
  assert.ok(request, 'the plan asks for no token')
  const body = request.body === '' ? '' : JSON.stringify({ ...JSON.parse(request.body), ...more })
  const answer = await send({ method: 'POST', url: request.url, headers: JSON_TYPE, body })
  return answer.status === 200 || answer.status === 201 ? readGrant(answer.body, Date.now()) : undefined
}

export interface Running {
  url: string
  target: Target
  plan: AuthPlan
  /** A good one. */
  token: string
  /** A VU of its own, for which setup() has been done. */
  vu(): Promise<Vu>
  /** Status that the token gets. */
  statusOf(token: string): Promise<number>
  /** Turns a fault on; what it gives turns it off and says how often it acted. */
  arm(order: object): () => number
  /** Name by which faults know an endpoint; many share that of their place. */
  endpointOf(descriptor: { name: string; at?: string; path: string }): string | undefined
  /** Agents, tasks and webhooks of before are gone. */
  forget(): void
  close(): Promise<void>
}

/** Milliseconds between two events of a topic, for tests that are quicker than a load test. */
export const EVENT_INTERVAL_MS = 20

/** User name and password of every profile; the target file of a gateway that is not ours carries none. */
const CREDENTIALS = { AUTH_USERNAME: 'loadgate', AUTH_PASSWORD: 'loadgate-password' }

export const openReference = (options: Partial<GatewayOptions> = {}): Promise<Running> => openGateway('reference', options)

/** @param profile also the name of its target file */
export async function openGateway(profile: GatewayOptions['profile'], options: Partial<GatewayOptions> = {}): Promise<Running> {
  const app = await buildApp({ faults: true, eventIntervalMs: EVENT_INTERVAL_MS, profile, ...options })
  const urlOf = async (server: FastifyInstance) => {
    await server.listen({ port: 0, host: '127.0.0.1' })
    return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
  }
  const url = await urlOf(app)
  const file = `targets/${profile}.json`
  const text = readFileSync(file, 'utf8')
  // Where the file has a second port, so has the gateway.
  const here = app.rpc === null ? text : text.replaceAll(/127\.0\.0\.1:8001/g, (await urlOf(app.rpc)).replace('http://', ''))
  const settings = readSettings({ BASE_URL: url, ...CREDENTIALS })
  const bound = bindTarget(JSON.parse(here), file, settings, true)
  const target = withOwn(bound, apart([...(await allDescriptors()).values()], 'script all'), 'script all', settings)
  const plan = authPlan(target, settings)
  const { access_token: good } = (await grantFor(plan.tokenRequest)) ?? assert.fail('no token')
  const statusOf = async (token: string) => {
    const headers = { [plan.header.name]: plan.header.prefix + token }
    return (await send({ method: 'GET', url: `${url}/api/v1/resources`, headers })).status
  }
  let expired: string | undefined
  const injector = app.gateway.faults ?? assert.fail('no fault injector')
  return {
    url,
    target,
    plan,
    token: good,
    statusOf,
    async vu() {
      expired ??= (await grantFor(plan.tokenRequest, { expires_in: 1 }))?.access_token ?? assert.fail('no token')
      const vu = new Vu(target, { good, expired })
      await begin(vu, target, good)
      return vu
    },
    arm(order) {
      const id = injector.arm(parseOrder(order, app.gateway.routePatterns)) ?? assert.fail('too many faults')
      return () => {
        const state = injector.describe().find((each) => (each as { id: string }).id === id) as { acted: number } | undefined
        injector.disarm(id)
        return state?.acted ?? 0
      }
    },
    endpointOf: ({ name, at = name, path }) =>
      [name, at].find((each) => NAMES.includes(each)) ?? app.gateway.routePatterns.get(path),
    forget() {
      for (const store of app.gateway.stores) store.clear()
    },
    async close() {
      injector.clear()
      app.gateway.connections.endLongLived()
      app.gateway.connections.destroyAll()
      closeConnections()
      await app.close()
    },
  }
}
