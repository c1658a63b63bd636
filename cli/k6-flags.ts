/**
 * What may be passed on to k6. A flag or variable that throws the scenarios away or blinds the gates would make a
 * green that means nothing, so it is refused with the right way to say it.
 */
import { UsageError } from '../lib/errors.ts'
import { didYouMean } from '../lib/nearest.ts'
import { SETTINGS } from '../lib/settings.ts'
import { flagOf, SECRETS } from './flags.ts'

const SCENARIOS = 'it throws the scenarios of the script away'
const BLIND = 'it blinds the gates'
const SIZE = 'use --duration, --rate, --users or --profile before the --'
const LOG = 'loadgate reads the log of k6 and keeps it as k6.log in the results folder'

const REFUSED = new Map<string, string>(
  Object.entries({
    iterations: `${SCENARIOS}; ${SIZE}`,
    duration: `${SCENARIOS}; ${SIZE}`,
    vus: `${SCENARIOS}; use --vus or --users before the --`,
    stage: `${SCENARIOS}; ${SIZE}`,
    'no-thresholds': `${BLIND}; to gate on other limits use --thresholds FILE`,
    'no-setup': `${BLIND}: setup asks the gateway for its health and for a token`,
    'no-teardown': `${BLIND}: teardown takes away what the run has made`,
    'no-summary': `${BLIND}: the verdict is made from the summary`,
    'summary-mode': `${BLIND}: the verdict is made from the summary, which loadgate prints itself`,
    'new-machine-readable-summary': `${BLIND}: that summary has no thresholds in it`,
    'summary-trend-stats': `${BLIND}: the table needs the percentiles that the script asks for`,
    'system-tags': `${BLIND}: they select by the tags name, scenario and expected_response`,
    'include-system-env-vars': 'the settings reach the script by the environment',
    type: 'the script is always JavaScript',
    paused: 'nothing would ever resume the run',
    linger: 'k6 would never end; the results are in the results folder',
    'log-output': LOG,
    'log-format': LOG,
    quiet: 'the progress is read from what k6 prints; without a terminal it is one line in 5 s',
    help: 'for k6 itself: k6 run --help',
  }),
)
const SHORT = new Map<string, string>(
  Object.entries({
    i: 'iterations',
    d: 'duration',
    u: 'vus',
    s: 'stage',
    p: 'paused',
    l: 'linger',
    t: 'type',
    q: 'quiet',
    h: 'help',
  }),
)
/** Short flags of k6 that take a value: the rest of the word is theirs. */
const SHORT_WITH_VALUE = 'eoac'

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

/** Refuses what must not reach k6 and leaves everything else untouched. */
export function checkK6Flags(flags: readonly string[]): void {
  flags.forEach((flag, index) => {
    const next = flags[index + 1] ?? ''
    if (flag.startsWith('--')) {
      const [name = '', value] = flag.slice(2).split(/=(.*)/s)
      const why = REFUSED.get(name)
      if (why !== undefined) refuse(flag, why)
      if (name === 'env') refuseSettings(value ?? next)
    } else if (/^-[a-z]/i.test(flag)) {
      for (const [at, letter] of [...flag.slice(1)].entries()) {
        const name = SHORT.get(letter)
        if (name !== undefined) refuse(flag, REFUSED.get(name) ?? '')
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
  for (const name of [...REFUSED.keys(), 'stages']) {
    if (OVERRIDDEN.includes(name)) continue
    const variable = `K6_${name.toUpperCase().replaceAll('-', '_')}`
    if (env[variable])
      throw new UsageError(`${variable} in the environment is refused: ${REFUSED.get(name) ?? REFUSED.get('stage')}; unset it`)
  }
}
