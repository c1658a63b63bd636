/** Where a target's endless event stream is and how it looks: the catalogue's, as the target's file changes it. Pure. */
import { STREAMS, type StreamShape } from './stream.ts'
import type { Target } from './target.ts'

export interface StreamRoute {
  name: string
  url: string
  auth: boolean
  shape: StreamShape
}

const withQuery = (url: string, query: string): string => (query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`)

/** Undefined where the target has no such stream. */
export function streamRoute(target: Target): StreamRoute | undefined {
  const { name, path, auth, ...usual } = STREAMS.stream
  if (!target.has(name)) return undefined
  const override = target.endpoints[name] || undefined
  const shape: StreamShape = { ...usual, ...(override?.stream as Partial<StreamShape> | undefined) }
  const base = (override?.base_url ?? target.baseUrl).replace(/\/+$/, '')
  return { name, url: withQuery(base + (override?.path ?? path), shape.query), auth: override?.auth ?? auth, shape }
}

export const streamUrl = ({ url, auth, shape }: StreamRoute, token: string): string =>
  !auth || shape.token === false || token === '' ? url : withQuery(url, `${shape.token}=${encodeURIComponent(token)}`)
