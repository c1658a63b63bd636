/**
 * Requests of an endpoint by what they consist of: lists of texts take a VU a tenth of the memory that as many objects would.
 * As one text they are lines, not JSON: k6's engine splits lines twenty times as fast as it parses JSON.
 */
import type { Prepared, RequestTemplate } from './requests.ts'

/** A column that would say nothing is left out. */
export interface Columns {
  url: readonly string[]
  body?: readonly (string | null)[]
  pieces?: readonly (NonNullable<Prepared['pieces']> | null)[]
  expect?: readonly (string | null)[]
  /** Which of the template's sets of headers each request carries; without it, all carry the first. */
  set?: readonly number[]
}

function columnsOf(requests: readonly Prepared[]): Columns {
  const column = <K extends 'body' | 'pieces' | 'expect'>(key: K) =>
    requests.some((request) => request[key] !== undefined) ? { [key]: requests.map((request) => request[key] ?? null) } : {}
  return {
    url: requests.map(({ url }) => url),
    ...column('body'),
    ...column('pieces'),
    ...column('expect'),
    ...(requests.some(({ set }) => set !== 0) ? { set: requests.map(({ set }) => set) } : {}),
  }
}

const LINES = 'L'
const isLine = (value: unknown): boolean => typeof value === 'string' && !/[\t\n]/.test(value)

const columnText = (column: readonly unknown[]): string =>
  column.every(isLine) ? LINES + column.join('\n') : JSON.stringify(column)

const readColumn = (text: string): unknown => (text.startsWith(LINES) ? text.slice(LINES.length).split('\n') : JSON.parse(text))

/** Template and columns as one text: JSON and lines hold no tab, so tabs part them. */
export function orderText(template: RequestTemplate, requests: readonly Prepared[]): string {
  const columns = Object.entries(columnsOf(requests))
  return [JSON.stringify([template, columns.map(([name]) => name)]), ...columns.map(([, column]) => columnText(column))].join(
    '\t',
  )
}

export interface Order {
  template: RequestTemplate
  columns: Columns
}

export function readOrder(text: string): Order {
  const [head = '', ...rest] = text.split('\t')
  const [template, names] = JSON.parse(head) as [RequestTemplate, string[]]
  const columns: Record<string, unknown> = {}
  names.forEach((name, i) => {
    columns[name] = readColumn(rest[i] ?? '')
  })
  return { template, columns: columns as unknown as Columns }
}

/** The part of the requests that one VU sends. */
export function partOf(columns: Columns, most: number, vu: number): Columns {
  const parts = Math.ceil(columns.url.length / most)
  if (parts < 2) return columns
  const from = (vu % parts) * most
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]: [string, readonly unknown[]]) => [name, column.slice(from, from + most)]),
  ) as unknown as Columns
}
