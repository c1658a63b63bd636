/** Something other than the user's words keeps a run from reaching a verdict: exit code 3. */
export class CannotRun extends Error {
  override name = 'CannotRun'
}

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
