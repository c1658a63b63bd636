/** What may be passed on to k6: what the table of k6's options refuses is told, with the right way to say it. */
import { UsageError } from '../../lib/base/errors.ts'
import { didYouMean } from '../../lib/base/nearest.ts'
import { SECRETS, SETTINGS } from '../../lib/base/settings.ts'
import { K6_OPTIONS, type K6Option, rowOfVariable } from '../../lib/run/k6-options/table.ts'
import { flagOf } from '../base/flags.ts'

const isRefused = ({ treatment }: K6Option): boolean => treatment === 'refused' || treatment === 'refused by run'
const refusedBy = (key: 'flag' | 'short'): Map<string, K6Option> =>
  new Map(K6_OPTIONS.filter(isRefused).flatMap((row) => (row[key] === undefined ? [] : [[row[key], row] as const])))
const REFUSED = refusedBy('flag')
const REFUSED_SHORT = refusedBy('short')
/** Short flags of k6 that take a value: the rest of the word is theirs. */
const SHORT_WITH_VALUE = 'eoa'

const reason = ({ why, use }: K6Option): string =>
  use === undefined ? why : `${why}; use ${use.map(flagOf).join(', ')} before the --`

/** Without its value: a password may stand there. */
const refuse = (written: string, why: string): never => {
  throw new UsageError(`k6 flag ${written.split('=', 1)[0]} is refused: ${why}`)
}

function refuseSettings(assignment: string): void {
  const name = assignment.split('=', 1)[0] ?? ''
  if (!Object.hasOwn(SETTINGS, name)) refuse(`-e ${name}`, `no script reads it${didYouMean(name, Object.keys(SETTINGS))}`)
  const secret = (SECRETS as readonly string[]).includes(name)
  refuse(
    `-e ${name}`,
    secret
      ? `set ${name} in the environment, where no process list shows it`
      : `use ${name === 'RESULTS_DIR' ? '--results' : flagOf(name)} before the --`,
  )
}

function valueIn(flags: readonly string[], name: string): string | undefined {
  const at = flags.findIndex((flag) => flag === name || flag.startsWith(`${name}=`))
  return at < 0 ? undefined : (flags[at]?.split(/=(.*)/s)[1] ?? flags[at + 1] ?? '')
}

/** The part of the run that k6 is told to send; undefined for all of it. */
export const segmentIn = (flags: readonly string[]): string | undefined => valueIn(flags, '--execution-segment')

/** The edges of all parts; undefined where k6 is not told. */
export const edgesIn = (flags: readonly string[]): string | undefined => valueIn(flags, '--execution-segment-sequence')

/** Refuses what must not reach k6 and leaves everything else untouched. */
export function checkK6Flags(flags: readonly string[]): void {
  flags.forEach((flag, index) => {
    const next = flags[index + 1] ?? ''
    if (flag.startsWith('--')) {
      const [name = '', value] = flag.slice(2).split(/=(.*)/s)
      const row = REFUSED.get(name)
      if (row !== undefined) refuse(flag, reason(row))
      if (name === 'env') refuseSettings(value ?? next)
    } else if (/^-[a-z]/i.test(flag)) {
      for (const [at, letter] of [...flag.slice(1)].entries()) {
        const row = REFUSED_SHORT.get(letter)
        if (row !== undefined) refuse(flag, reason(row))
        if (!SHORT_WITH_VALUE.includes(letter)) continue
        if (letter === 'e') refuseSettings(flag.slice(at + 2).replace(/^=/, '') || next)
        break
      }
    }
  })
}

/** Flags that loadgate gives itself, and a flag wins over a variable. */
const OVERRIDDEN = ['log-output', 'log-format']

/** k6 reads most of its flags from K6_* variables too, and those override the script as well. */
export function checkK6Environment(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(env)) {
    const row = value ? rowOfVariable(name) : undefined
    if (row === undefined || !isRefused(row) || OVERRIDDEN.includes(row.flag ?? '')) continue
    throw new UsageError(`${name} in the environment is refused: ${reason(row)}; unset it`)
  }
}
