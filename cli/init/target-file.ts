/** A draft as a target file that every script takes: what of it would be refused is left out, with the reason. */
import { UsageError } from '../../lib/base/errors.ts'
import { hostOf } from '../../lib/base/hosts.ts'
import { didYouMean } from '../../lib/base/nearest.ts'
import { readSettings } from '../../lib/base/settings.ts'
import { bindTarget, type TargetFile } from '../../lib/target/target.ts'
import { messageOf } from '../base/errors.ts'
import { foreignHosts } from './commands.ts'
import type { Draft, DraftEndpoint } from './draft.ts'

/** Endpoints that a mix begins with: with more, a short run has too few samples of each. */
const MOST_IN_MIX = 100

const FILE = 'target.json'

function bound(file: TargetFile): void {
  bindTarget(file, FILE, readSettings({ ALLOW_TARGET: foreignHosts(file).join(',') }), true)
}

/** Why no script would take an endpoint; undefined where they do. */
function refused({ name, endpoint }: DraftEndpoint, whole: Omit<TargetFile, 'endpoints'>): string | undefined {
  try {
    // What its schema refers to has been followed when it was taken over; here it would be followed for each endpoint anew.
    const { expect: { schema: _, ...expect } = {}, ...rest } = endpoint
    bound({
      ...{ name: whole.name, base_url: whole.base_url, auth: whole.auth },
      endpoints: { [name]: { ...rest, ...(endpoint.expect === undefined ? {} : { expect }) } },
    })
    return undefined
  } catch (error) {
    if (error instanceof UsageError)
      return error.message.replace(`${FILE}: endpoints.${name}`, 'its description').replace(`${FILE}: `, '')
    if (error instanceof RangeError) return `its schema is too deep: ${messageOf(error)}`
    throw error
  }
}

const plain = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase()

/** Puts what is asked for into the mix. */
function include({ endpoints }: Draft, wanted: readonly string[]): void {
  for (const written of wanted) {
    const found = endpoints.filter(({ name, said, alias }) =>
      [name, said, ...alias].some((known) => plain(known) === plain(written)),
    )
    if (found.length === 0)
      throw new UsageError(
        `--include: there is no operation ${JSON.stringify(written)}${didYouMean(
          written,
          endpoints.flatMap(({ name, said, alias }) => [said, ...alias, name]),
        )}`,
      )
    for (const one of found) delete one.off
  }
}

export interface TargetDraft {
  file: TargetFile
  /** In the file and not in the mix, each with the reason. */
  off: { said: string; name: string; why: string }[]
  inMix: DraftEndpoint[]
  leftOut: string[]
}

/** Hosts stand in commands that somebody will run: in the README, in the jobs for CI. A URL may have signs in them that a shell obeys. */
const HOST = /^[\w.-]+$|^\[[\w:.%-]+\]$/

function checkHosts({ baseUrl, auth }: Draft, where: string): void {
  for (const url of [baseUrl, auth.base_url]) {
    const host = url === undefined ? undefined : hostOf(url)
    if (host !== undefined && !HOST.test(host))
      throw new UsageError(
        `${where}: expected the name or the address of a host, found ${JSON.stringify(host)}, which a shell would not take as it is; give --base-url`,
      )
  }
}

/**
 * @param wanted what `--include` names
 * @throws UsageError where nothing is left that could be sent
 */
export function targetFileOf(draft: Draft, wanted: readonly string[], where: string): TargetDraft {
  include(draft, wanted)
  checkHosts(draft, where)
  const whole = {
    name: draft.name,
    base_url: draft.baseUrl,
    auth: draft.auth,
    ...(draft.components === undefined ? {} : { components: draft.components, schema_dialect: draft.dialect }),
  }
  const leftOut = [...draft.leftOut]
  const kept = draft.endpoints.filter((one) => {
    const why = refused(one, whole)
    if (why !== undefined) leftOut.push(`${one.said}: ${why}`)
    return why === undefined
  })
  const on = kept.filter(({ off }) => off === undefined)
  // What was asked for by name comes before what is merely there.
  const asked = (one: DraftEndpoint): number =>
    Number(wanted.some((written) => [one.name, one.said, ...one.alias].some((known) => plain(known) === plain(written))))
  const inMix = on.toSorted((a, b) => asked(b) - asked(a) || b.weight - a.weight).slice(0, MOST_IN_MIX)
  if (inMix.length === 0) {
    const [first] = kept
    throw new UsageError(
      first === undefined
        ? `${where}: none of its ${leftOut.length} operations can be loaded; the first: ${leftOut[0]}`
        : `${where}: none of its operations is safe to load unasked (${first.said}: ${first.off}); say which may be sent, such as --include ${JSON.stringify(first.said)}`,
    )
  }
  const off = kept
    .filter((one) => !inMix.includes(one))
    .map(({ name, said, off }) => ({ name, said, why: off ?? `there are ${MOST_IN_MIX} others` }))
  const file: TargetFile = {
    name: whole.name,
    base_url: whole.base_url,
    auth: whole.auth,
    others: false,
    mix: Object.fromEntries(kept.filter((one) => inMix.includes(one)).map(({ name, weight }) => [name, weight])),
    endpoints: Object.fromEntries(kept.map(({ name, endpoint }) => [name, endpoint])),
    reconciliation: draft.reconciliation ?? false,
    ...(whole.components === undefined ? {} : { components: whole.components, schema_dialect: whole.schema_dialect }),
  }
  bound(file)
  return { file, off, inMix, leftOut }
}
