/** What a command ends with; `fail` is k6's own code for a crossed threshold. */
export const EXIT = { pass: 0, fail: 99, invalid: 3, usage: 2 } as const

/** Something other than the user's words keeps a run from reaching a verdict: exit code 3. */
export class CannotRun extends Error {
  override name = 'CannotRun'
}

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
