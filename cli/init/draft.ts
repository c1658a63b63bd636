/** What is known of a gateway before its files are written, wherever it came from. */
import type { DescribedFile } from '../../lib/described/schema.ts'
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
