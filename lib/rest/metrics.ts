import type { Endpoint } from '../endpoint/endpoint.ts'

/** Comments and samples (https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4), each a whole line. */
const PAGE =
  /^(?:(?:#[^\n]*|[a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})? (?:[-+]?[\d.]+(?:[eE][-+]?\d+)?|NaN|[-+]Inf)(?: -?\d+)?|)\n)+$/
const COUNTER = /^gateway_requests_total\{[^\n]*$/m
const LABELS = ['method', 'route', 'status'] as const

/** The gateway's own metrics in Prometheus' text format, read line by line. */
export const metrics: Endpoint<'metrics'> = {
  name: 'metrics',
  method: 'GET',
  path: '/metrics',
  auth: false,
  status: [200],
  type: 'text/plain',
  calls: () => [{}],
  check: () => ({
    // What differs from page to page is most of it: each is read.
    check(body) {
      // The text format ends its last line, so what was cut off shows.
      if (!body.endsWith('\n')) return 'does not end with a line feed'
      if (!PAGE.test(body)) return 'has a line that is neither a comment nor a sample'
      const counter = COUNTER.exec(body)?.[0]
      if (counter === undefined) return 'does not carry gateway_requests_total'
      const missing = LABELS.find((label) => !counter.includes(`${label}="`))
      return missing === undefined ? undefined : `has a gateway_requests_total without label ${missing}`
    },
  }),
}
