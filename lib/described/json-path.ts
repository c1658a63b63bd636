/** Where in a JSON answer a value is: `id`, `lines[0].sku`, `lines.0.sku`, `lines[*].sku` for every item, `$` for all of it. Pure. */
import { UsageError } from '../base/errors.ts'

/** A member, a place in a list, or every item of one. */
type Step = string | number | '*'

const STEP = /\[(\*|\d+)\]|\["((?:[^"\\]|\\.)+)"\]|(?:^|\.)([^.[\]]+)/g

export interface JsonPath {
  text: string
  steps: readonly Step[]
}

/** @throws UsageError for what is no path */
export function readPath(text: string, where: string): JsonPath {
  const rest = text.replace(/^\$\.?/, '')
  const steps: Step[] = []
  let at = 0
  for (const { 0: whole, 1: index, 2: quoted, 3: name, index: found } of rest.matchAll(STEP)) {
    if (found !== at) break
    at += whole.length
    if (quoted !== undefined) steps.push(JSON.parse(`"${quoted}"`) as string)
    else {
      const step = index ?? name ?? ''
      steps.push(/^\d+$/.test(step) ? Number(step) : step)
    }
  }
  if (at !== rest.length || text === '')
    throw new UsageError(`${where}: expected a path such as id, lines[0].sku or lines[*].sku, found ${JSON.stringify(text)}`)
  return { text: rest === '' ? 'the body' : text, steps }
}

/** One value; undefined where there is none. Not for paths with `*`. */
export function valueAt(json: unknown, { steps }: JsonPath): unknown {
  let here = json
  for (const step of steps) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined
    here = (here as Record<string | number, unknown>)[step]
  }
  return here
}

/**
 * Every value that a path leads to. An item that lacks the rest of the path counts as undefined; so does a list that is none or has no item,
 * or a check of every item would hold for an empty list.
 */
export function valuesAt(json: unknown, { steps }: JsonPath): unknown[] {
  return steps.reduce<unknown[]>(
    (found, step) =>
      found.flatMap((value) => {
        if (step === '*') return Array.isArray(value) && value.length > 0 ? value : [undefined]
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return [undefined]
        return [(value as Record<string | number, unknown>)[step]]
      }),
    [json],
  )
}
