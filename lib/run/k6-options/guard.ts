/** Holds a run to its script: nothing from outside may have changed what is sent, to whom, or what is counted. */
import type { Options } from 'k6/options'
import { parseDuration } from '../../base/duration.ts'
import { UsageError } from '../../base/errors.ts'
import { placeOf } from '../../base/segment.ts'
import { K6_OPTIONS, type K6Option, rowOfVariable, SYSTEM_TAGS } from './table.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Values = Readonly<Record<string, unknown>>

/** What to do instead, for a script: settings are given by -e, or in the environment. */
const instead = ({ use }: K6Option): string => (use === undefined ? '' : `; what can be set is ${use.join(', ')}`)

/**
 * For init: k6 reads much of its environment past the script.
 * @throws UsageError for a variable that would change the run
 */
export function requireEnvironment(env: Environment): void {
  for (const [name, value] of Object.entries(env)) {
    if (!value) continue
    const row = rowOfVariable(name)
    if (row?.treatment === 'refused')
      throw new UsageError(`${name} in the environment is refused: ${row.why}${instead(row)}; unset it`)
  }
}

const BY_OPTION = new Map(K6_OPTIONS.flatMap((row) => (row.option === undefined ? [] : [[row.option, row] as const])))
/** In k6 Cloud others may say how and from where it is sent; what it is gated by they may not. */
const ALSO_IN_CLOUD = ['scenarios', 'thresholds', 'maxRedirects']
/** Windows and endpoints are told apart by these, whatever the gates are. */
const ALWAYS: readonly string[] = ['name', 'scenario']

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === false || (Array.isArray(value) && value.length === 0)

/** The same value, however k6 writes it back: `60s` as `1m0s`, a list in another order. */
function same(found: unknown, asked: unknown): boolean {
  if (isEmpty(found) || isEmpty(asked)) return isEmpty(found) && isEmpty(asked)
  if (typeof found === 'string' && typeof asked === 'string')
    return found === asked || parseDuration(found) === parseDuration(asked)
  if (Array.isArray(found)) return JSON.stringify([...found].sort()) === JSON.stringify([asked].flat().sort())
  // What k6 writes back of an object has another shape; neither flags nor variables can replace one that the script gives.
  return typeof found === 'object' ? typeof asked !== 'number' && typeof asked !== 'boolean' : found === asked
}

const written = (value: unknown): string => {
  const json = isEmpty(value) ? 'none' : JSON.stringify(value)
  return json.length > 80 ? `${json.slice(0, 77)}…` : json
}

const expressions = (of: unknown): string[] =>
  (of as (string | { threshold?: string })[]).map((one) => (typeof one === 'string' ? one : (one.threshold ?? '')))

/** Names of tags that thresholds select by. */
const selectedBy = (thresholds: object): string[] => [
  ...new Set(
    Object.keys(thresholds).flatMap((metric) =>
      (/\{(.*)\}$/.exec(metric)?.[1] ?? '').split(',').flatMap((pair) => pair.split(':', 1)[0]?.trim() || []),
    ),
  ),
]

type Rule = (found: unknown, asked: Values, instances: number) => string | undefined

/** What is wrong with an option that may be given, within bounds. */
const RULES: Readonly<Record<string, Rule>> = {
  scenarios(found, { scenarios }) {
    const names = (of: unknown) => Object.keys(of ?? {}).sort()
    return same(names(found), names(scenarios))
      ? undefined
      : `expected ${names(scenarios).join(', ')}, found ${names(found).join(', ')}`
  },
  thresholds(found, { thresholds = {} }) {
    const ran = (found ?? {}) as Values
    const changed = Object.entries(thresholds as Values).find(
      ([metric, of]) => ran[metric] === undefined || !same(expressions(ran[metric]), expressions(of)),
    )
    return changed && `expected ${changed[0]} ${written(expressions(changed[1]))}, found ${written(ran[changed[0]])}`
  },
  executionSegment(found, _, instances) {
    return placeOf(found, instances) !== undefined
      ? undefined
      : `expected 1/${instances} of the run (INSTANCES=${instances}), found ${isEmpty(found) ? 'the whole' : String(found)}`
  },
  systemTags(found, { thresholds = {}, systemTags }) {
    // Where the script names them, they are its own affair.
    if (isEmpty(found) || !isEmpty(systemTags)) return undefined
    const missing = SYSTEM_TAGS.filter((tag) => !(found as string[]).includes(tag))
    const selected = missing.filter((tag) => ALWAYS.includes(tag) || selectedBy(thresholds as object).includes(tag))
    return selected.length === 0 ? undefined : `expected ${selected.join(', ')} among them, found ${written(found)}`
  },
  tags(found, { thresholds = {}, tags }) {
    const taken = [...SYSTEM_TAGS, ...selectedBy(thresholds as object)]
    const name = Object.keys(found ?? {}).find((tag) => taken.includes(tag) && !(tag in ((tags ?? {}) as object)))
    return name && `expected none of the name ${name}, found ${name}=${String((found as Values)[name])}`
  },
}

/**
 * For setup(): what k6 has made of options, flags, variables and its configuration file.
 * @param found k6's consolidated options
 * @param asked those of the script
 * @param cloud whether this is a load generator of k6 Cloud
 * @throws UsageError for what differs
 */
export function requireOptions(found: Values, asked: Options, instances: number, cloud: boolean): void {
  const own = asked as Values
  for (const [name, value] of Object.entries(found)) {
    if (cloud && !ALSO_IN_CLOUD.includes(name)) continue
    const row = BY_OPTION.get(name)
    const rule = RULES[name]
    const free = row !== undefined && row.treatment !== 'refused'
    const wrong = rule?.(value, own, instances)
    const differs =
      rule !== undefined
        ? wrong
        : free || same(value, own[name])
          ? undefined
          : `expected ${written(own[name])}, found ${written(value)}`
    if (differs === undefined) continue
    const why = row === undefined ? 'this release does not know what it changes' : row.why + instead(row)
    throw new UsageError(`k6 option ${name}: ${differs}: ${why}; take it out of k6's flags, environment or configuration file`)
  }
}
