/** Endpoints that a script has written itself: checked, and put beside those of the target. */
import { custom, optional, record, strictObject, string } from 'valibot'
import { UsageError } from '../base/errors.ts'
import { check } from '../base/schema.ts'
import type { Settings } from '../base/settings.ts'
import { type Description, describe, NAME } from '../described/describe.ts'
import type { OwnEndpoint, PlanEndpoint } from '../described/in-code.ts'
import { describedSchema } from '../described/schema.ts'
import type { AnyEndpoint } from '../endpoint/endpoint.ts'
import { CONTRACT_NAMES, READY, REFUSAL_NAMES } from '../target/contract.ts'
import { requireAllowed, type Target, urlsToldIn } from '../target/target.ts'

const isFunction = custom<() => unknown>((value) => typeof value === 'function', 'expected a function')

const ownSchema = strictObject({
  endpoints: record(string(), strictObject({ ...describedSchema.entries, name: string(), check: optional(isFunction) })),
})

/** Those that are ready, by name, and those of the script's own. */
export function apart(endpoints: readonly PlanEndpoint[], where: string) {
  const ready: Record<string, AnyEndpoint> = {}
  const own: OwnEndpoint[] = []
  const names = new Set<string>()
  for (const endpoint of endpoints) {
    if (names.has(endpoint.name)) throw new UsageError(`${where}: endpoints: two are called "${endpoint.name}"`)
    names.add(endpoint.name)
    if ('own' in endpoint) own.push(endpoint)
    else ready[endpoint.name] = endpoint
  }
  return { ready, own }
}

/** @throws UsageError with script, key, what was expected and what was found */
function descriptionsOf(endpoints: readonly OwnEndpoint[], where: string, target: Target, settings: Settings): Description[] {
  for (const { name } of endpoints)
    if (!NAME.test(name))
      throw new UsageError(`${where}: endpoints: expected a name of letters, digits, _ and -, found ${JSON.stringify(name)}`)
  const written = Object.fromEntries(endpoints.map(({ name, own }) => [name, own]))
  const checked = check(ownSchema, { endpoints: written }, where).endpoints
  const described = describe(checked, {
    file: where,
    seed: settings.SEED,
    authorized: target.auth.flow !== 'none',
    expired: settings.EXPIRED_TOKEN !== undefined,
    values: {},
    document: {},
    dialect: '2020-12',
    read: (path, at) => {
      throw new UsageError(`${at}: ${path}: a script reads its files itself, with an import or with open(); give a list`)
    },
  })
  requireAllowed(
    endpoints.flatMap(({ name, own }): (readonly [string, string | undefined])[] => [
      [`${where}: endpoints.${name}.base_url`, own.base_url],
      ...urlsToldIn(own, `${where}: endpoints.${name}`),
    ]),
    settings,
  )
  return described
}

/**
 * The target as a script sees it that has endpoints of its own: where they are is what the script says, whatever the target file says of others
 * by their names.
 */
export function withOwn(target: Target, { ready, own }: ReturnType<typeof apart>, where: string, settings: Settings): Target {
  const names = own.map(({ name }) => name)
  // Who sends to endpoints of his own alone has a gateway of his own: of the contract it has what its file names, and metrics perhaps.
  const elsewhere = own.length > 0 && Object.keys(ready).length === 0
  const isThere = (name: string) =>
    target.has(name) &&
    !(elsewhere && target.endpoints[name] === undefined && CONTRACT_NAMES.includes(name) && name !== 'metrics')
  const described = descriptionsOf(own, where, target, settings)
  const asked = described.map((one) => one.described.name)
  return {
    ...target,
    described: [...target.described.filter(({ described, refuses }) => !names.includes(refuses ?? described.name)), ...described],
    // What the contract does not know is where the endpoint is whose place it shares.
    has: (name) => {
      const ofContract = READY[name] !== undefined || REFUSAL_NAMES.includes(name)
      return asked.includes(name) || isThere((ofContract ? undefined : ready[name]?.at) ?? name)
    },
  }
}
