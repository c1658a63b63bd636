/** A setting whose name was mistyped changes nothing, unseen: the run would be another than the one that was meant. */
import leven from 'leven'
import { UsageError } from '../../base/errors.ts'
import { SETTINGS } from '../../base/settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Near to a setting by chance: shells and systems set them. */
const USUAL = ['USER', 'DATE', 'LINES']
const NAMES = Object.keys(SETTINGS)
/** A longer name has room for two slips. */
const LONG = 8

const letters = (name: string): string => [...name].sort().join('')

/** As if it had been written in one word: `baseUrl` and `base-url` are BASE_URL. */
const plain = (name: string): string => name.toUpperCase().replace(/[^A-Z\d]/g, '')

/** One slip of a finger: a letter too many, too few or wrong, two that have changed places, or another way to write it. */
function near(found: string, name: string): boolean {
  if (Math.abs(found.length - name.length) > 2) return false
  if (plain(found) === plain(name)) return true
  const distance = leven(found, name)
  return distance === 1 || (distance === 2 && (name.length >= LONG || letters(found) === letters(name)))
}

/**
 * The environment of the whole system is there too, so a name is only held against settings that were not given.
 * @throws UsageError that names the setting that was meant
 */
export function requireKnownNames(env: Environment): void {
  const missing = NAMES.filter((name) => !env[name])
  for (const [found, value] of Object.entries(env)) {
    if (!value || found in SETTINGS || USUAL.includes(found) || found.startsWith('K6_')) continue
    const meant = missing.find((name) => near(found, name))
    if (meant !== undefined)
      throw new UsageError(
        `setting ${found}: there is none of this name; did you mean ${JSON.stringify(meant)}? If it is a variable of yours for something else, unset it or give ${meant} as well`,
      )
  }
}
