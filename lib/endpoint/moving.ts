/** Values that move as time does, such as the moment at which an answer was made: one that stands still comes from a cache. */

/** A clock may be as coarse as a second, and a VU may ask twice within it. */
const STILL_MS = 3000
/** Subjects come and go over a run of days. */
const MOST_SUBJECTS = 64

interface Seen {
  value: unknown
  /** Epoch milliseconds of this machine. */
  since: number
}

/**
 * Remembers what one VU was told last of each subject.
 * @returns whether a value moves: false for one that is the same as seconds ago
 */
export function moving(): (value: unknown, about?: string) => boolean {
  const seen = new Map<string, Seen>()
  return (value, about = '') => {
    const now = Date.now()
    const last = seen.get(about)
    if (last === undefined) {
      if (seen.size === MOST_SUBJECTS) seen.clear()
      seen.set(about, { value, since: now })
      return true
    }
    if (last.value === value) return now - last.since < STILL_MS
    last.value = value
    last.since = now
    return true
  }
}

/** End of the sentence "the answer …". */
export const STILL = 'says the same sent_at as seconds ago: somebody has kept an old answer'
