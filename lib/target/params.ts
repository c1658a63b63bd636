/** The params of a JSON-RPC method in another gateway's words: a template of its target file, filled with those of the reference contract. */
import type { Params } from '../jsonrpc/jsonrpc.ts'

// No regular expression is made when this loads: the first one that a VU makes costs it 20 KB, and most have no template.

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

/** Names that a template wants. */
export function wantedBy(template: unknown): string[] {
  return [...JSON.stringify(template).matchAll(/\{(\w+)(?:\[\])?\}/g)].map(([, name = '']) => name)
}

function itemsOf(item: unknown, usual: Params): unknown[] {
  // A name with brackets, somewhere in an item of a list: there is one such item for each value.
  const name = /\{(\w+)\[\]\}/.exec(JSON.stringify(item))?.[1]
  if (name === undefined) return [fill(item, usual)]
  const values = usual[name]
  const only = JSON.stringify(item).replaceAll(`{${name}[]}`, `{${name}}`)
  return (isList(values) ? values : []).map((value) => fill(JSON.parse(only), { ...usual, [name]: value }))
}

export function fill(template: unknown, usual: Params): unknown {
  if (typeof template === 'string') {
    // All of a text: the value takes its place as it is.
    const whole = /^\{(\w+)\}$/.exec(template)?.[1]
    return whole !== undefined ? usual[whole] : template.replace(/\{(\w+)\}/g, (_, name: string) => String(usual[name] ?? ''))
  }
  if (isList(template)) return template.flatMap((item) => itemsOf(item, usual))
  if (typeof template !== 'object' || template === null) return template
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, usual)]))
}

/** The body of a request, with the params that the template makes of its own. */
export function inWordsOf(template: unknown, body: string): string {
  const { params, ...rest } = JSON.parse(body) as { params?: Params }
  return JSON.stringify({ ...rest, params: fill(template, params ?? {}) })
}
