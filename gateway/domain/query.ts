/** A whole number within bounds; absent means the default; anything else is null. */
export function parseWhole(text: unknown, fallback: number, min: number, max: number): number | null {
  if (text === undefined) return fallback
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) return null
  const value = Number(text)
  return value >= min && value <= max ? value : null
}

export interface Page {
  readonly limit: number
  readonly offset: number
}

export const PAGE_RULE = 'limit must be 1..100 and offset a whole number >= 0'

export function parsePage(query: { limit?: unknown; offset?: unknown }): Page | null {
  const limit = parseWhole(query.limit, 20, 1, 100)
  const offset = parseWhole(query.offset, 0, 0, Number.MAX_SAFE_INTEGER)
  return limit === null || offset === null ? null : { limit, offset }
}

export interface StreamQuery {
  readonly intervalMs: number
  /** 0: the stream has no end of its own. */
  readonly count: number
}

export const STREAM_RULE = 'interval must be 10..10000 and count a whole number >= 1'

export function parseStreamQuery(query: { interval?: unknown; count?: unknown }): StreamQuery | null {
  const intervalMs = parseWhole(query.interval, 100, 10, 10_000)
  const count = query.count === undefined ? 0 : parseWhole(query.count, 0, 1, Number.MAX_SAFE_INTEGER)
  return intervalMs === null || count === null ? null : { intervalMs, count }
}

/** The id to resume after: 0 when there is none, null when it is not one of ours. */
export function parseLastEventId(header: unknown): number | null {
  if (header === undefined || header === '') return 0
  return parseWhole(header, 0, 0, 999_999_999_999_999)
}
