/** Faults that concern every script of requests in the same way. */
import type { Case } from '../suite.ts'

/** No login, no load: nothing that was planned has happened, and no gate that needs a sample may say that it is well. */
export const noToken = (more: Partial<Case> = {}): Case => ({
  name: 'token_endpoint_401',
  faults: [{ name: 'token_endpoint_401' }],
  red: ['any any samples', 'any any delivered'],
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
  red: ['run * script_errors', 'any * delivered'],
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
