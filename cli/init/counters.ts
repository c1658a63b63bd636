/** How a gateway counts its requests, where its page of metrics shows it: then a run can be held against the gateway's own count. */
import { type Series, seriesOf, sumOf } from '../../lib/base/prometheus-text.ts'
import type { TargetFile } from '../../lib/target/target.ts'
import { fetchText } from './source.ts'

/** Where Prometheus finds metrics by default, and where Spring and Quarkus have them. */
const PLACES = ['/metrics', '/actuator/prometheus', '/q/metrics']
const TIMEOUT_MS = 3000

/** Names that counters of requests give to these labels, the usual first. */
const METHOD = ['method', 'verb', 'http_method', 'http_request_method']
const ROUTE = ['route', 'path', 'handler', 'endpoint', 'uri', 'http_route', 'path_template']
const STATUS = ['status', 'status_code', 'code', 'http_status', 'http_response_status_code']

type ReconciliationFile = Exclude<NonNullable<TargetFile['reconciliation']>, false>

const labelsOf = (series: readonly Series[]): string[] => [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))]

/** Counters of a page that look as if they counted requests by method, route and status; those that have the word in their name first. */
export function countersIn(page: string): Pick<ReconciliationFile, 'counter' | 'method' | 'route' | 'status'>[] {
  const names = [...new Set([...page.matchAll(/^([a-zA-Z_:][\w:]*(?:_total|_count))\{/gm)].map(([, name = '']) => name))]
  return names
    .filter((name) => /request/i.test(name))
    .toSorted((a, b) => Number(b.endsWith('_total')) - Number(a.endsWith('_total')))
    .flatMap((counter) => {
      const labels = labelsOf(seriesOf(page, { name: counter, labels: {} }))
      const [method, route, status] = [METHOD, ROUTE, STATUS].map((known) => known.find((label) => labels.includes(label)))
      return method === undefined || route === undefined || status === undefined ? [] : [{ counter, method, route, status }]
    })
}

/**
 * Asks for the page of metrics twice, and in between for something else: what has counted that counts requests.
 * @param document something that the gateway has answered before
 * @returns undefined where there is no such counter, or none that anybody may read
 */
export async function countersOf(baseUrl: string, document: string): Promise<ReconciliationFile | undefined> {
  for (const place of PLACES) {
    const url = baseUrl + place
    const read = async (): Promise<string> => {
      const { status, text } = await fetchText(url, TIMEOUT_MS)
      return status === 200 ? text : ''
    }
    try {
      const first = await read()
      const found = countersIn(first)
      if (found.length === 0) continue
      await fetchText(document, TIMEOUT_MS)
      const second = await read()
      const countOf = (page: string, counter: string): number => sumOf(page, { name: counter, labels: {} }) ?? 0
      const counted = found.find(({ counter = '' }) => countOf(second, counter) > countOf(first, counter))
      if (counted !== undefined) return { url, ...counted }
    } catch {
      // Nobody there, or no answer in time: then it is not known.
    }
  }
  return undefined
}
