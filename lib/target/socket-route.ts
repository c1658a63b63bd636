/** The WebSocket routes of a target: the catalogue's, as its file changes them. Pure. */

import { expandValues } from '../base/value-range.ts'
import { SOCKETS, type SocketShape } from './socket.ts'
import type { Target } from './target.ts'

export interface SocketRoute {
  name: string
  /** `ws://…` or `wss://…`, with placeholders. */
  url: string
  auth: boolean
  shape: SocketShape
  /** None where the route has no subscriptions. */
  topics: readonly string[]
}

export function socketRoutes(target: Target): SocketRoute[] {
  return Object.values(SOCKETS).flatMap((endpoint): SocketRoute[] => {
    const { name, path: usualPath, auth, topics, ...usual } = endpoint
    const override = target.endpoints[name] || undefined
    const path = override?.path ?? usualPath
    if (!target.has(name) || path === undefined) return []
    const shape: SocketShape = { ...usual, ...(override?.socket as Partial<SocketShape> | undefined) }
    const base = (override?.base_url ?? target.baseUrl).replace(/\/+$/, '').replace(/^http/, 'ws')
    const own = expandValues(override?.values).topic
    return [{ name, url: base + path, auth: override?.auth ?? auth, shape, topics: shape.subscriptions ? (own ?? topics) : [] }]
  })
}

/**
 * The URL of one socket.
 * @param id takes the place of `:id`: gateways that tell subscribers apart by the URL want a different one for each
 */
export function socketUrl({ url, auth, shape }: SocketRoute, token: string, id: string): string {
  const filled = url.replace(/:id\b/g, encodeURIComponent(id))
  if (!auth || shape.token === false || token === '') return filled
  return `${filled}${filled.includes('?') ? '&' : '?'}${shape.token}=${encodeURIComponent(token)}`
}
