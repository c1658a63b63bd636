/** `loadgate check`: each endpoint of a target once. */
import { SECRETS } from '../../lib/base/settings.ts'
import { check } from '../check/check.ts'
import { type Command, type Given, takeSettings } from './command.ts'

const HELP = `
Sends what users would send (the mix of the target file) once, in order, and a GET whose values vary twice. Then it breaks
the real answers and shows which breakage no expectation would notice.
Secrets (${SECRETS.join(', ')}) are taken from the environment only.

Exit codes:
  0   every answer was right
  99  an answer was wrong
  3   nobody answered, or there was no token
  2   wrong arguments or configuration, or an expectation that notices nothing
`

/** Settings that say who is asked, and how one gets in. */
const WHO = [
  'TARGET',
  'BASE_URL',
  'ALLOW_TARGET',
  'AUTH',
  'AUTH_USERNAME',
  'CLIENT_ID',
  'TIMEOUT',
  'SEED',
  'INSECURE_TLS',
] as const

export const command: Command = {
  name: 'check',
  description: 'send each endpoint of a target once, and show what its expectations would not notice',
  takes(line) {
    takeSettings(line, WHO)
    line.addHelpText('after', HELP)
  },
  run: (_, { options, project, terminal, env }: Given<Record<string, unknown>>) => check(options, project, terminal, env),
}
