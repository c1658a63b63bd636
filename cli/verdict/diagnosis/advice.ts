/** What to do about a cause: for its class, and for what else the run shows. */
import { docsUrl } from '../../../lib/base/docs-url.ts'
import type { FailureClass } from '../../../lib/base/outcome.ts'
import { valueText } from '../../../lib/summary/wording.ts'
import type { Cause, Evidence } from './model.ts'

const REFUSED_TOKEN = [401, 403]

function missing({ endpoints: [first], example }: Cause): string {
  if (first === 'token')
    return 'Does this gateway want authorization at all? Run with --auth none, or say in the target file where its token endpoint is.'
  const path = example?.request === undefined ? 'this path' : new URL(example.request.url).pathname
  // Setup asks whether anybody answers where the health is.
  const endpoint = first === 'setup' ? 'health' : first
  return `Say in the target file where ${endpoint} is, or "${endpoint}": false where the gateway does not have it: it answers ${example?.status ?? 404} for ${path}.`
}

function brokenConnection(_: Cause, { summary }: Evidence): string {
  const restarts = summary.figures.watch_restarts?.values.count ?? 0
  if (restarts > 0)
    return `The gateway was restarted ${valueText(restarts, 'count')} time${restarts === 1 ? '' : 's'} during the run: look for workers that are recycled after a number of requests, or killed for their memory.`
  return "Look into the gateway's log for a restart or a crash at that time, and at how many connections it accepts (listen backlog, open files)."
}

function refusedRequest(cause: Cause): string {
  const status = cause.example?.status
  if (status === 404 || status === 405) return missing(cause)
  if (status !== undefined && REFUSED_TOKEN.includes(status))
    return 'The token was not accepted: check how the gateway is authorized (--auth, and the credentials in the environment), and how long its tokens live.'
  return 'Ask for it again with the command above: the gateway takes this request for a wrong one.'
}

function shed({ count, sent }: Cause): string {
  if (count === sent)
    return 'Every request was shed, from the first on: this address may still be blocked from an earlier run. Wait for as long as Retry-After says, or raise the limit of the gateway for the test.'
  return 'Raise the rate limit of the gateway for the test, ask for less (--rate), or budget for it with shed_rate in the thresholds file.'
}

function failedCheck({ endpoints, example }: Cause): string {
  if (example?.status === 429)
    return 'A 429 has to say when to come back (Retry-After, RFC 9110); "bare_429": true in the target file takes one that does not.'
  return `Ask for it again with the command above and compare the answer with the contract of ${endpoints[0]} (the expect of your target file, or ${docsUrl('reference/contract.md')}).`
}

/** A class of failure in words: what became of the requests, and what to do. */
interface Kind {
  what: string
  advice(cause: Cause, evidence: Evidence): string
}

/** Those that say most come first: failed checks, since nothing else can cause them; what a limiter has shed says least. */
export const KINDS: Readonly<Record<FailureClass, Kind>> = {
  failed_check: { what: 'answers failed their check', advice: failedCheck },
  rpc_error: {
    what: 'answers carried a JSON-RPC error',
    advice: () => "Look up the code in the gateway's log of that time: the answer was HTTP 200 with a JSON-RPC error in it.",
  },
  server_error: {
    what: 'requests were answered with a server error',
    advice: () =>
      "Look into the gateway's log of that time for the error behind it; 502 to 504 come from what stands behind the gateway.",
  },
  client_error: { what: 'requests were refused', advice: refusedRequest },
  refused: { what: 'requests found no connection (refused)', advice: brokenConnection },
  reset: { what: 'requests lost their connection before the answer', advice: brokenConnection },
  timeout: {
    what: 'requests had no answer in time (timeout)',
    advice: ({ windows }) =>
      `Look for what the gateway waited for${windows.length === 1 ? ` in window ${windows[0]}` : ''}; --timeout says how long k6 waits.`,
  },
  tls: {
    what: 'requests failed in TLS',
    advice: () => 'Look at the certificate and the protocols that the gateway offers: openssl s_client -connect HOST:PORT.',
  },
  dns: {
    what: 'requests failed since the name was not found',
    advice: () => 'Look at the name in the base URL, and at the resolver of this machine.',
  },
  no_answer: {
    what: 'requests had no answer that can be read',
    advice: () => 'Ask for it again with the command above: what came was no HTTP that k6 can read.',
  },
  shed: { what: 'requests were shed (429)', advice: shed },
}

/** A rate of its own is what a script is sized by; smoke sends each request once. */
export function slowAdvice({ summary }: Evidence): string {
  const { RATE: rate } = summary.settings
  if (summary.script === 'smoke') return "Look into the gateway's own timings: one request at a time was already too slow for it."
  if (typeof rate === 'number' && rate > 1)
    return `Run it at half the rate to see whether it is load or the endpoint itself: npx loadgate run ${summary.script} --rate ${Math.round(rate / 2)}`
  return 'Run again with a lower --rate to see where the gateway holds its limit.'
}
