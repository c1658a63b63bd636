/** One request of a recording, with its answer. */
import type { DescribedFile } from '../../../lib/described/schema.ts'

export interface Recorded {
  method: DescribedFile['method']
  url: URL
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body?: { type: string; text: string }
  status: number
  /** Media type of the answer, without parameters; empty where none was recorded. */
  type: string
  /** Undefined where the recording has none. */
  text?: string
}
