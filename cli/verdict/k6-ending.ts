/** What k6's exit code says when the run did not come to a regular end. */

import type { Reason, VerdictName } from '../results/verdict-model.ts'
import type { RunFacts } from './run-facts.ts'

const LOG = 'k6.log in the results folder has the whole story.'
const CORRECT = 'Correct it and run again; no load was sent.'
/** The run came to its end: the summary decides. 110 is `exec.test.fail()`, which hides whether a threshold was crossed. */
const REGULAR = [0, 99, 110]

/** A message of the script as a sentence. */
const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`)

interface Ending {
  verdict: VerdictName
  reasons: Reason[]
}

/** Status that an answer to the request for a token had. */
const TOKEN_STATUS = /^no token: POST \S+ answered (\d{3})\b/

/** An answer without a token in it, or an error of the gateway's own; 4xx may be the fault of the credentials. */
const badlyAnswered = (status: number): boolean => status < 400 || status >= 500

/**
 * Why the script stopped the run: what setup() found is known by how its message begins. Nothing else in it is looked at: what
 * the gateway has said stands there as well.
 */
function aborted(reason = ''): Ending {
  const ended = (because: Reason, verdict: VerdictName = 'invalid'): Ending => ({ verdict, reasons: [because] })
  const failed = (said: string): Ending =>
    // One failed check is proof enough of a failed check.
    ended(
      {
        code: 'setup_failed',
        sentence: sentence(`The gateway failed before the load: ${said}`),
        advice: "Look into the gateway's log; what it does not have at all can be `false` in the target file. No load was sent.",
      },
      'fail',
    )
  const nobody = /^nobody answers at (\S+): (.*)$/s.exec(reason)
  if (nobody !== null)
    return ended({
      code: 'no_answer',
      sentence: `The gateway did not answer from the start: nobody answers at ${nobody[1]} (${nobody[2]}).`,
      advice: 'Start the gateway, or correct --base-url; no load was sent.',
    })
  if (/^no HTTP answer comes from /.test(reason) || /^no token: POST \S+ sent no HTTP answer: /.test(reason))
    return failed(reason)
  const status = TOKEN_STATUS.exec(reason)?.[1]
  if (status !== undefined && badlyAnswered(Number(status))) return failed(reason)
  const token = /^no token: (.*)$/s.exec(reason)
  if (token !== null)
    return ended({
      code: 'no_token',
      sentence: sentence(`The gateway gave no token: ${token[1]}`),
      advice:
        'Check the credentials (AUTH_USERNAME, AUTH_PASSWORD, CLIENT_ID, CLIENT_SECRET) and auth in the target file; no load was sent.',
    })
  if (/^[^:]*: the answer /.test(reason)) return failed(reason)
  return ended({
    code: 'aborted',
    sentence: sentence(`The script stopped the run: ${reason === '' ? 'without a message' : reason}`),
    advice: LOG,
  })
}

/** The verdict on a run that did not come to its regular end; undefined when it did. */
export function endedEarly({ interrupted, notStarted, k6, log, k6Flags, read }: RunFacts): Ending | undefined {
  const ended = (code: string, sentence: string, advice: string, verdict: VerdictName = 'invalid') => ({
    verdict,
    reasons: [{ code, sentence, advice }],
  })
  const first = log.errors[0]?.message
  if (interrupted !== undefined)
    return ended(
      'interrupted',
      `The run was interrupted (${interrupted}): ${'summary' in read ? 'what was measured until then is kept' : 'nothing had been measured yet that could be kept'}.`,
      'Run it again to its end for a verdict.',
    )
  if (notStarted !== undefined) return ended('not_started', notStarted, 'No load was sent.')
  if (k6.signal !== null)
    return ended(
      'k6_killed',
      `k6 was killed by ${k6.signal}.`,
      k6.signal === 'SIGKILL'
        ? 'Most likely the machine ran out of memory: see dmesg, and loadgate doctor for what the load needs.'
        : LOG,
    )
  if (k6.exitCode !== null && REGULAR.includes(k6.exitCode)) return undefined
  if (log.usage !== undefined) return ended('configuration', sentence(log.usage), CORRECT, 'usage')
  switch (k6.exitCode) {
    case 108:
      return aborted(log.aborted ?? first)
    case 107:
      return ended('script_error', sentence(`The script itself failed: ${first ?? 'without a message'}`), LOG)
    case 105:
      return ended(
        'k6_stopped',
        'k6 was told to stop by a signal that did not come through this command.',
        'Run it again to its end.',
      )
    case 100:
      return ended(
        'setup_timeout',
        'Setup did not end in time: the gateway answers too slowly to start a run.',
        LOG,
        // All that setup does is to wait for answers.
        'fail',
      )
    case 97:
    case 98:
      return ended('cloud', sentence(`The k6 Cloud run did not end well: ${first ?? 'no reason given'}`), LOG)
    default: {
      const said = sentence(`k6 did not run the script (exit code ${k6.exitCode}): ${first ?? 'without a message'}`)
      return k6Flags
        ? ended('k6_flags', said, 'Check the flags after --: k6 run --help.', 'usage')
        : ended('k6_failed', said, LOG)
    }
  }
}
