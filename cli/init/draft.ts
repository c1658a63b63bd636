/** What is known of a gateway before its files are written, wherever it came from. */
import type { DescribedFile } from '../../lib/described/schema.ts'
import { placeholdersIn, withBrace } from '../../lib/described/template.ts'
import type { TargetFile } from '../../lib/target/target.ts'

export interface DraftEndpoint {
  name: string
  /** What people call it: `GET /orders/{id}`. */
  said: string
  /** Other names that `--include` may give it. */
  alias: readonly string[]
  endpoint: DescribedFile
  /** Its share of what is sent. */
  weight: number
  /** Why it is left out of the mix until it is asked for. */
  off?: string
}

/** What the source does not say and somebody has to. */
export interface Unknown {
  what: string
  /** Key of the target file, or setting, where it is written. */
  where: string
}

export interface Draft {
  name: string
  baseUrl: string
  auth: TargetFile['auth']
  endpoints: DraftEndpoint[]
  /** How the gateway counts its requests, where that is known. */
  reconciliation?: TargetFile['reconciliation']
  components?: Record<string, unknown>
  dialect?: NonNullable<TargetFile['schema_dialect']>
  unknown: Unknown[]
  /** What is not in the file at all, each with the reason. */
  leftOut: string[]
  /** Secrets that were seen and not written. */
  redacted: string[]
}

/** Placeholder of an opening brace. */
const BRACE = 'open_brace'

/** What is sent as it was found: a word in braces, such as the `{id}` of a GraphQL query, is no placeholder there. */
export function literally<T>(found: T): T {
  if (typeof found === 'string') return withBrace(found, `{${BRACE}}`) as T
  if (Array.isArray(found)) return found.map(literally) as T
  if (typeof found !== 'object' || found === null) return found
  return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, literally(value)])) as T
}

/** The values of an endpoint, with that of the brace where it is sent. */
export const valuesWith = (
  values: NonNullable<DescribedFile['values']>,
  ...sent: readonly unknown[]
): NonNullable<DescribedFile['values']> => (placeholdersIn(sent).includes(BRACE) ? { ...values, [BRACE]: ['{'] } : values)

/** Where a target is whose base URL nobody has said. */
export const NOBODY_SAID = 'http://127.0.0.1:8080'

/** Names of endpoints, each once: letters, digits and _ only. */
export class Names {
  readonly #taken = new Set<string>()

  take(wanted: string): string {
    const plain = wanted
      .replace(/([a-z\d])([A-Z])/g, '$1_$2')
      .replace(/[\W_]+/g, '_')
      .replace(/^[\d_]+|_+$/g, '')
      .toLowerCase()
      .slice(0, 60)
    const first = plain === '' ? 'endpoint' : plain
    let name = first
    for (let i = 2; this.#taken.has(name) || name in Object.prototype; i++) name = `${first}_${i}`
    this.#taken.add(name)
    return name
  }
}
