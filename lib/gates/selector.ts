/** The tags that a gate looks at: a window is a k6 scenario, an endpoint is the system tag `name`. */

/** `http_reqs` of an endpoint in a window; `*` is every endpoint of it. */
export function selector(metric: string, window: string, endpoint: string, more: Readonly<Record<string, string>> = {}): string {
  const tags = { ...(endpoint === '*' ? {} : { name: endpoint }), scenario: window, ...more }
  return `${metric}{${Object.entries(tags)
    .map(([tag, value]) => `${tag}:${value}`)
    .join(',')}}`
}
