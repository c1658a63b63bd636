/** Reading answers that may be anything. */

/** undefined for what is no JSON. */
export function readJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The objects of an array; undefined where it is no array of objects. */
export const objectsOf = (value: unknown): Readonly<Record<string, unknown>>[] | undefined =>
  Array.isArray(value) && value.every(isObject) ? value : undefined
