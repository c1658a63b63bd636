/** Faults that concern every script of requests in the same way. */
import { matchesOne } from '../pattern.ts'
import type { Case, FaultOrder } from '../suite.ts'

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
  name: 'connection_reset that throws',
  faults: [{ name: 'connection_reset', endpoint, after_requests: 2 }],
  throws: true,
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
/** Seconds after its end that a warm-up gives its last requests, as milliseconds: what takes longer is cut off. */
const LAST_REQUESTS_MS = 900

/** Faults that keep requests waiting for longer than that. */
const hangs = ({ name, ms = 0, slow_ms = 0 }: FaultOrder): boolean =>
  /^(latency|slow)_?/.test(name) && Math.max(Number(ms), Number(slow_ms)) >= LAST_REQUESTS_MS

interface Beginnings {
  /** Endpoint that the warm-up sends to. */
  warmup?: string
  /** Method that it calls. */
  rpc?: string
  /** Requests to it that setup sends before. */
  first?: number
  /** `false`: the warm-up ends by itself, and no request of it is ever cut off. */
  handsOver?: false
  /** What a run needs to outlive a token of four seconds; `false`: its target grants nothing that can be renewed. */
  renewal?: Partial<Case> | false
  /** Gates beside the windows that a fault which lasts until the last request turns red as well. */
  also?: Case['may']
}

/** What a case says beside its own gates: of what is there from first to last, and is not named by it. */
function besideOwn({ red, faults, may }: Case, { warmup, rpc, handsOver, also }: Beginnings): Case['may'] {
  if (faults === undefined) return may
  const shares =
    warmup === undefined ? [] : ['error_rate', 'failed_checks', 'shed_rate', ...(rpc === undefined ? [] : ['rpc_errors'])]
  const atFirst = [
    'run setup failures',
    ...shares.map((key) => `warmup * ${key}`),
    ...(warmup !== undefined && handsOver !== false && faults.some(hangs) ? ['run * iterations_cut_off'] : []),
  ]
  const beside = Object.entries({ ...Object.fromEntries(atFirst.map((gate) => [gate, AT_FIRST])), ...also })
  return { ...Object.fromEntries(beside.filter(([gate]) => !matchesOne(red, gate))), ...may }
}

/** Cases of a suite, and those of what every script sends before and beside the windows that it is about. */
export const withBeginnings = (cases: readonly Case[], sent: Beginnings = {}): readonly Case[] => [
  ...cases.map((one): Case => {
    const may = besideOwn(one, sent)
    return may === undefined ? one : { ...one, may }
  }),
  {
    name: 'error_500 in setup',
    faults: [{ name: 'error_500', endpoint: 'health', for_requests: 1 }],
    probe: false,
    red: ['run setup failures'],
    verdict: 'fail',
    why: 'The first answer of all is one of the gateway, too.',
  },
  ...(sent.renewal === false
    ? []
    : [
        {
          name: 'token_endpoint_down for renewals',
          faults: [{ name: 'token_endpoint_down', endpoint: 'refresh' }],
          gateway: ['--token-ttl', '4'],
          red: ['run auth failures'],
          may: sent.also ?? {},
          verdict: 'fail' as const,
          why: 'A token that cannot be renewed is asked for anew: no request of the load fails for it.',
          ...sent.renewal,
        },
      ]),
  ...inTheWarmup(sent),
]

function inTheWarmup({ warmup: endpoint, rpc, first = 3, handsOver }: Beginnings): readonly Case[] {
  if (endpoint === undefined) return []
  /** @param order of a fault that is over before the measuring begins */
  const early = (name: string, order: FaultOrder, more: Pick<Case, 'red' | 'why'> & Partial<Case>): Case => ({
    name: `${name} in the warm-up`,
    faults: [{ after_requests: first, for_requests: 3, ...order }],
    probe: false,
    verdict: 'fail',
    ...more,
  })
  return [
    early(
      'error_500',
      { name: 'error_500', endpoint },
      {
        red: ['warmup * error_rate'],
        why: 'Whoever comes first is a user as well. Nothing is wrong when the measuring begins.',
        ci: true,
      },
    ),
    early(
      'empty_object',
      { name: 'empty_object', endpoint },
      { red: ['warmup * error_rate|failed_checks'], why: 'Latency may settle, what an answer says may not.' },
    ),
    early(
      'sheds_load',
      { name: 'sheds_load', endpoint },
      { red: ['warmup * shed_rate'], why: 'There is no load yet that a limiter could be against.' },
    ),
    ...(handsOver === false
      ? []
      : [
          early(
            'hangs',
            { name: 'latency', endpoint, ms: 4000 },
            {
              red: ['run * iterations_cut_off'],
              verdict: 'invalid',
              why: 'Requests of the warm-up have no answer when the measuring begins: k6 cuts them off, and no sample tells of them.',
            },
          ),
        ]),
    ...(rpc === undefined
      ? []
      : [
          early(
            'rpc_error',
            { name: 'rpc_error', method: rpc, after_requests: 1, for_requests: 2 },
            { red: ['warmup * error_rate|rpc_errors'], why: 'An error of JSON-RPC is one from the first request on.' },
          ),
        ]),
  ]
}
