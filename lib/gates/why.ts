/** Why a limit is what it is: a sentence on all limits of a place, or one for each. */
export type Why = string | Readonly<Record<string, string>>

/** Where no limit has a sentence of its own. */
const OTHERS = '*'

/** The reason of one limit; empty where none was given. */
export const reasonOf = ({ why }: { readonly why?: Why | undefined }, key: string): string =>
  typeof why === 'string' ? why : (why?.[key] ?? why?.[OTHERS] ?? '')

/**
 * @param keys of the limits that stand beside it
 * @returns what is wrong with it, as key and expectation; undefined where each limit has its reason
 */
export function faultOfWhy(why: Why, keys: readonly string[]): { key: string; fault: string } | undefined {
  if (typeof why === 'string') return undefined
  const reasons = Object.keys(why).filter((key) => key !== OTHERS)
  const idle = reasons.find((key) => !keys.includes(key))
  if (idle !== undefined) return { key: idle, fault: `there is no such limit beside it; expected one of ${keys.join(', ')}` }
  const without = keys.find((key) => !reasons.includes(key))
  if (without === undefined || OTHERS in why) return undefined
  return { key: without, fault: `missing; each limit needs its reason, or "${OTHERS}" one for all that have none of their own` }
}
