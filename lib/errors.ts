/** A mistake in what the user wrote: settings, thresholds file or target file. Stops the run before any load. */
export class UsageError extends Error {
  override name = 'UsageError'
}
