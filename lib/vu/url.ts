/** Where a call goes. */
import type { Call } from '../endpoint/endpoint.ts'

/** Path placeholders and query of a call filled in. */
export function urlOf(base: string, path: string, call: Call): string {
  const filled = path.replace(/:(\w+)/g, (placeholder, name: string) => {
    const value = call.params?.[name]
    return value === undefined ? placeholder : encodeURIComponent(value)
  })
  const whole = filled + (call.suffix ?? '')
  return base + whole + (call.query === undefined ? '' : `${whole.includes('?') ? '&' : '?'}${call.query}`)
}
