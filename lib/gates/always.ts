/** What holds in every window that sends, and in what is sent beside the windows, whatever the thresholds file says. */
import type { Gate } from '../summary/model.ts'
import type { Limits } from '../thresholds.ts'
import type { Window } from '../workload.ts'
import { atMost, gate, type Place } from './place.ts'
import { selector } from './selector.ts'

const DROPPED_SHARE = 0.01

type ByEndpoint = Readonly<Record<string, Limits>>

/** Answers with the status of success that are none: by key in the limits, class of failure and reason. */
const FALSE_SUCCESSES = [
  ['wrong_answers', 'wrong_answer', 'An answer with the status of success and wrong content is never right.'],
  ['rpc_errors', 'rpc_error', 'k6 takes a JSON-RPC error, which comes with the status of success, for a right answer.'],
] as const
type FalseSuccess = (typeof FALSE_SUCCESSES)[number]

/** How many of a kind the limits let pass at an endpoint, or at all of the window (`*`). */
function allowed(key: FalseSuccess[0], limits: ByEndpoint, endpoint: string, sent: readonly string[]): number {
  const all = limits['*']?.[key]
  if (endpoint !== '*') return limits[endpoint]?.[key] ?? all ?? 0
  return all ?? sent.reduce((sum, name) => sum + (limits[name]?.[key] ?? 0), 0)
}

/** Answers that k6 takes for successes and that the limits let pass although they are none. */
export const allowedFalse = (limits: ByEndpoint, endpoint: string, { endpoints, rpc = [] }: Window): number =>
  allowed('wrong_answers', limits, endpoint, endpoints) +
  (endpoint === '*' || rpc.includes(endpoint) ? allowed('rpc_errors', limits, endpoint, rpc) : 0)

function falseSuccesses(
  window: Window,
  [key, failure, why]: FalseSuccess,
  limits: ByEndpoint,
  place: (endpoint: string, why: string) => Place,
): Gate[] {
  const sent = key === 'rpc_errors' ? (window.rpc ?? []) : window.endpoints
  const all = sent.length > 0 && (limits['*']?.[key] !== undefined || !window.gated) ? ['*'] : []
  // Where latency settles, nobody looks at endpoints one by one but where the file does.
  const single = window.gated ? sent : sent.filter((endpoint) => limits[endpoint]?.[key] !== undefined)
  return [...all, ...single].map((endpoint) =>
    gate(place(endpoint, why), {
      key,
      kind: 'limit',
      metric: selector('failures', window.name, endpoint, { class: failure }),
      unit: 'count',
      ...atMost(allowed(key, limits, endpoint, sent)),
    }),
  )
}

/** Nothing may be shed where no budget says so. */
function unbudgetedShed(window: Window, limits: ByEndpoint, place: (endpoint: string, why: string) => Place): Gate[] {
  if (limits['*']?.shed_rate !== undefined) return []
  const without = window.endpoints.filter((endpoint) => limits[endpoint]?.shed_rate === undefined)
  const places = without.length > 0 && without.length === window.endpoints.length ? ['*'] : without
  return places.map((endpoint) =>
    gate(place(endpoint, 'No budget for shed load is given, so none may be shed.'), {
      key: 'shed_rate',
      kind: 'limit',
      metric: selector('http_reqs', window.name, endpoint, { status: '429' }),
      unit: 'count',
      ...atMost(0),
    }),
  )
}

export function always(window: Window, limits: ByEndpoint, droppedShare: number | undefined, where: string): Gate[] {
  const place = (endpoint: string, why: string): Place => ({ window, endpoint, why, where: `${where}.${endpoint}` })
  const made = [
    ...FALSE_SUCCESSES.flatMap((kind) => falseSuccesses(window, kind, limits, place)),
    ...unbudgetedShed(window, limits, place),
  ]
  if (window.gated && window.model === 'open' && window.iterations !== undefined) {
    const dropped = droppedShare ?? DROPPED_SHARE
    made.push(
      gate(place('*', 'Iterations that k6 could not start in time are load that was never sent.'), {
        key: 'dropped_share',
        kind: 'load',
        metric: `dropped_iterations{scenario:${window.name}}`,
        ...atMost(Math.floor(window.iterations * dropped)),
        limit: dropped,
        of: window.iterations,
        unit: 'share',
      }),
    )
  }
  return made
}

/**
 * What may be shed may be told to come back, and is then served: mostly, since a gateway that has more than it can take has that for a while. Above
 * a limiter others use up what is free. Without a sample it holds: nobody was shed.
 */
export const comebacks = (place: Place): Gate =>
  gate(place, {
    ...{ key: 'shed_again', kind: 'limit', metric: selector('shed_again', place.window.name, '*'), expression: 'med<=0.5' },
    ...{ limit: 0.5, unit: 'share', bound: 'max' },
    why: 'Whoever was shed and comes back when the gateway said so is served.',
  })

/** By name in place of an endpoint: the metric that counts what failed beside the windows, and why nothing may. */
const BESIDE = {
  setup: ['failures{group:::setup}', 'What the load needs was asked for before it, and answered wrongly.'],
  teardown: ['failures{group:::teardown}', 'What the load has left behind was not put away.'],
  comeback: [
    'errors{group:::teardown::comeback}',
    'Who was shed must be served when it comes back as told, the load being over.',
  ],
  auth: ['failures{scenario:auth}', 'A token that could not be renewed: the old one lasts a while, the fault does not.'],
} as const
export type Beside = keyof typeof BESIDE

const ofRun = (endpoint: string, key: string, metric: string, why: string) => ({
  ...{ window: 'run', endpoint, key, metric, why },
  unit: 'count' as const,
})

/** @param beside what this run sends beside its windows */
export function alwaysOfRun(windows: readonly Window[], beside: readonly Beside[]): Gate[] {
  return [
    ...beside.map((name): Gate => {
      const [metric, why] = BESIDE[name]
      return { ...ofRun(name, 'failures', metric, why), kind: 'limit', ...atMost(0) }
    }),
    ...(windows.some(({ handsOver }) => handsOver)
      ? [
          {
            ...ofRun(
              'iterations_cut_off',
              'max',
              'iterations_cut_off',
              'What k6 has cut off leaves no sample: nobody knows the answer.',
            ),
            kind: 'evidence' as const,
            ...atMost(0),
            expression: 'value<=0',
          },
        ]
      : []),
    {
      ...ofRun('*', 'script_errors', 'script_errors', 'An iteration that threw has measured nothing.'),
      kind: 'script',
      ...atMost(0),
    },
  ]
}
