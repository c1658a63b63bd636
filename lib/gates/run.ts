/** What holds of the run as a whole, and of what is sent beside its windows, whatever the thresholds file says. */
import type { Window } from '../windows/workload.ts'
import type { GateKind, Made } from './kind.ts'
import { declared } from './threshold.ts'

/** By name in place of an endpoint: the metric that counts what failed beside the windows, and why nothing may. */
const BESIDE = {
  setup: ['failures{group:::setup}', 'What the load needs was asked for before it, and answered incorrectly.'],
  teardown: ['failures{group:::teardown}', 'What the load has left behind was not put away.'],
  comeback: [
    'errors{group:::teardown::comeback}',
    'Who was shed must be served when it comes back as told, the load being over.',
  ],
  auth: [
    'failures{scenario:auth}',
    'A token that could not be renewed: the old one lasts a while, the fault does not. Or one that was granted without the secret.',
  ],
} as const
export type Beside = keyof typeof BESIDE

/** A kind that stands at the run. */
export interface RunKind extends GateKind {
  /** @param beside what this run sends beside its windows */
  ofRun(windows: readonly Window[], beside: readonly Beside[]): (Made & { endpoint: string })[]
}

const none = (metric: string) => ({ ...declared(metric), stat: 'count' as const, threshold: 0, limit: 0 })

export const RUN = {
  failures: {
    label: 'failed requests',
    unit: 'count',
    bound: 'max',
    always: 'What is sent beside the windows, in setup, teardown and to renew a token, is answered correctly.',
    ofRun: (_, beside) =>
      beside.map((endpoint) => {
        const [metric, why] = BESIDE[endpoint]
        return { endpoint, ...none(metric), why }
      }),
    sentence: ({ gate, where, counted, limited }) =>
      gate.endpoint === 'comeback'
        ? `${counted('request')} of who came back after the load, as Retry-After says, were shed again or failed; ${limited}.`
        : `${counted('request')} of ${where} failed; ${limited}.`,
    advice: 'k6.log has the first of each kind: "loadgate failure", with setup, teardown or the window as its place.',
  },
  iterations_cut_off: {
    label: 'iterations cut off',
    unit: 'count',
    bound: 'max',
    kind: 'evidence',
    always: 'What k6 has cut off leaves no sample: nobody knows the answer.',
    ofRun: (windows) =>
      windows.some(({ handsOver }) => handsOver) ? [{ endpoint: '*', ...none('iterations_cut_off'), stat: 'value' }] : [],
    sentence: ({ counted, limited }) =>
      `k6 cut off ${counted('iteration')} that had no answer yet, so nobody knows what it would have been; ${limited}.`,
    advice:
      'A warm-up gives its last requests a second. Run longer (--warmup) where the gateway is slow at first, or find out from its log what it does with these.',
  },
  script_errors: {
    label: 'script errors',
    unit: 'count',
    bound: 'max',
    kind: 'script',
    always: 'An iteration that threw has measured nothing.',
    ofRun: () => [{ endpoint: '*', ...none('script_errors') }],
    sentence: ({ counted, limited }) => `${counted('iteration')} of the run threw; ${limited}.`,
    advice: 'The stack traces are in k6.log.',
  },
} as const satisfies Record<string, RunKind>
