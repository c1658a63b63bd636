import { CATALOGUE } from './catalogue.ts'
import { OrderError } from './order.ts'

const EXAMPLE = 'latency:endpoint=resource,ms=200'

/**
 * A fault as it is written on a command line, for `parseOrder`: `name:key=value,key=value`, or the same as a JSON object.
 * @throws OrderError where it is neither; names and ranges are looked at by `parseOrder`
 * @example writtenOrder('latency:endpoint=resource,ms=200') // { name: 'latency', endpoint: 'resource', ms: 200 }
 */
export function writtenOrder(text: string): unknown {
  if (text.trimStart().startsWith('{')) return jsonOrder(text)
  const [, name = '', written] = /^([^:]*)(?::(.*))?$/s.exec(text.trim()) ?? []
  const order = new Map<string, number | string>()
  for (const pair of written?.split(',') ?? []) {
    const [, key = '', value] = /^([^=]+)=(.+)$/s.exec(pair) ?? []
    if (value === undefined) throw new OrderError(`expected key=value as in ${EXAMPLE}, got "${pair}"`)
    if (key === 'name' || order.has(key)) throw new OrderError(`"${key}" stands twice in ${text}`)
    order.set(key, isText(name, key) || Number.isNaN(Number(value)) ? value : Number(value))
  }
  return { ...Object.fromEntries(order), name }
}

const isText = (name: string, key: string): boolean => key === 'endpoint' || CATALOGUE.get(name)?.params[key]?.type === 'text'

function jsonOrder(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new OrderError(`expected ${EXAMPLE}, or JSON such as {"name":"latency","ms":200}, got ${text}`)
  }
}
