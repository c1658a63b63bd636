/** Faults that concern every script of requests in the same way. */
import type { Case } from '../suite.ts'

/** No login, no load: nothing that was planned has happened, and no gate that needs a sample may say that it is well. */
export const noToken = (more: Partial<Case> = {}): Case => ({
  name: 'token_endpoint_401',
  faults: [{ name: 'token_endpoint_401' }],
  red: ['any any samples', 'any any goodput'],
  verdict: 'invalid',
  why: 'Setup ends the run: no window has a sample, so every piece of evidence is missing and every throughput is nothing.',
  ...more,
})

/**
 * k6 itself exits 0 for iterations that throw. Told to throw for each failed request, it shows that the script counts them.
 * @param reuses whether a window of the script is held to reusing connections
 */
export const scriptThrows = (endpoint: string, { may, ...more }: Partial<Case> = {}, reuses = true): Case => ({
  name: 'connection_reset under --throw',
  faults: [{ name: 'connection_reset', endpoint, share: 0.5, after_requests: 2 }],
  k6: ['--throw'],
  red: ['run * script_errors', 'any * goodput'],
  verdict: 'fail',
  may: {
    ...(reuses
      ? { 'any * new_connections': 'What was reset must be opened again; how much of that k6 gets to see is chance.' }
      : {}),
    ...may,
  },
  why: 'Each request that fails ends its iteration with an exception: what that would have measured is missing. But the gateway did cut those connections, and that is proven.',
  ...more,
})

/** Every answer is right and quick, and each user waits for a connection first. */
export const closesConnections = (windows: string, more: Partial<Case> = {}): Case => ({
  name: 'close_after_answer',
  faults: [{ name: 'close_after_answer' }],
  red: [`${windows} * new_connections`],
  verdict: 'fail',
  why: 'The connection is closed after each answer, so that every request needs a new one.',
  ...more,
})

/** Orders of one fault for several endpoints: each has a share of its own, so that none is left out. */
export const each = (name: string, endpoints: readonly string[], more: Readonly<Record<string, string | number>> = {}) =>
  endpoints.map((endpoint) => ({ name, endpoint, ...more }))

/** Orders of one fault for several JSON-RPC methods, each with a share of its own. */
export const eachMethod = (name: string, methods: readonly string[], more: Readonly<Record<string, string | number>> = {}) =>
  methods.map((method) => ({ name, method, ...more }))

/** What a fault that is there from the first request on does before the windows that its case is about. */
const AT_FIRST = 'It is there from the first request on.'

/** Cases of a suite, and those of what every script sends before and beside the windows that it is about. */
export const withBeginnings = (
  cases: readonly Case[],
  {
    warmup,
    rpc,
    first = 3,
    also = {},
  }: {
    /** Endpoint that the warm-up sends to. */
    warmup?: string
    /** Method that it calls. */
    rpc?: string
    /** Requests to it that setup sends before. */
    first?: number
    /** What else may be red of a fault that is there from the first request on, or until the last. */
    also?: Case['may']
  } = {},
): readonly Case[] => [
  ...cases.map((one): Case => {
    const due = [
      'run setup failures',
      ...(warmup === undefined ? [] : ['run iterations_cut_off max']),
      ...(warmup === undefined ? [] : [`warmup * error_rate|wrong_answers|shed_rate${rpc === undefined ? '' : '|rpc_errors'}`]),
    ].filter((gate) => !one.red.some((red) => red.startsWith(gate.split('|')[0] ?? gate)))
    return one.faults === undefined
      ? one
      : { ...one, may: { ...Object.fromEntries(due.map((gate) => [gate, AT_FIRST])), ...also, ...one.may } }
  }),
  {
    name: 'error_500 in setup',
    faults: [{ name: 'error_500', endpoint: 'health', for_requests: 1 }],
    probe: false,
    red: ['run setup failures'],
    verdict: 'fail',
    why: 'The first answer of all is one of the gateway, too.',
  },
  {
    name: 'token_endpoint_down for renewals',
    faults: [{ name: 'token_endpoint_down', endpoint: 'refresh' }],
    gateway: ['--token-ttl', '4'],
    red: ['run auth failures'],
    verdict: 'fail',
    why: 'A token that cannot be renewed is asked for anew: no request of the load fails for it.',
  },
  ...(warmup === undefined ? [] : inTheWarmup(warmup, first)),
  ...(rpc === undefined
    ? []
    : [
        {
          name: 'rpc_error in the warm-up',
          faults: [{ name: 'rpc_error', method: rpc, after_requests: 1, for_requests: 2 }],
          probe: false as const,
          red: ['warmup * error_rate|rpc_errors'],
          verdict: 'fail' as const,
          why: 'An error of JSON-RPC is one from the first request on.',
        },
      ]),
]

/** @param first requests of setup, which are followed by those of the warm-up */
const inTheWarmup = (endpoint: string, first: number): readonly Case[] => [
  {
    name: 'error_500 in the warm-up',
    faults: [{ name: 'error_500', endpoint, after_requests: first, for_requests: 3 }],
    probe: false,
    red: ['warmup * error_rate'],
    verdict: 'fail',
    why: 'Whoever comes first is a user as well. Nothing is wrong when the measuring begins.',
    ci: true,
  },
  {
    name: 'empty_object in the warm-up',
    faults: [{ name: 'empty_object', endpoint, after_requests: first, for_requests: 3 }],
    probe: false,
    red: ['warmup * error_rate|wrong_answers'],
    verdict: 'fail',
    why: 'Latency may settle, what an answer says may not.',
  },
  {
    name: 'sheds_load in the warm-up',
    faults: [{ name: 'sheds_load', endpoint, after_requests: first, for_requests: 3 }],
    probe: false,
    red: ['warmup * shed_rate'],
    verdict: 'fail',
    why: 'There is no load yet that a limiter could be against.',
  },
]
