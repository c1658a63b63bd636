/** Values that move as time does, such as the moment at which an answer was made: one that stands still comes from a cache. */

/** A clock may be as coarse as a second, and a VU may ask twice within it. */
const STILL_MS = 3000
/** Subjects come and go over a run of days. */
const MOST_SUBJECTS = 64

/** Values may come again by chance, such as that of another machine whose clock is behind; old answers that take turns come again and again. */
const MOST_RETURNS = 2
/** Two returns within that are one. */
const APART_MS = 1000
/** After that a value that does not come again is watched no longer, but another one. */
const WATCHED_MS = 10_000

interface Seen {
  value: unknown
  /** Epoch milliseconds of this machine. */
  since: number
  /** A value of before. */
  watched: unknown
  /** When it came last, as far as that was a return, or first. */
  watchedAt: number
  returns: number
}

/**
 * Remembers what one VU was told last of each subject, and one thing that it was told before.
 * @returns whether a value moves: false for one that is the same as seconds ago, and for one that comes back all the time
 */
export function moving(): (value: unknown, about?: string) => boolean {
  const seen = new Map<string, Seen>()
  return (value, about = '') => {
    const now = Date.now()
    const last = seen.get(about)
    if (last === undefined) {
      if (seen.size === MOST_SUBJECTS) seen.clear()
      seen.set(about, { value, since: now, watched: value, watchedAt: now, returns: 0 })
      return true
    }
    // What strings have refused is read, and asked about again.
    if (last.value === value) return now - last.since < STILL_MS && (last.returns <= MOST_RETURNS || last.watched !== value)
    last.value = value
    last.since = now
    const passed = now - last.watchedAt
    if (last.watched === value) {
      if (passed >= APART_MS) {
        last.watchedAt = now
        last.returns++
      }
      return last.returns <= MOST_RETURNS
    }
    if (passed > WATCHED_MS) {
      last.watched = value
      last.watchedAt = now
      last.returns = 0
    }
    return true
  }
}

/** End of the sentence "the answer …". */
export const STILL = 'says the same sent_at as seconds ago: somebody has kept an old answer'
