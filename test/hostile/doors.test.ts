/** Ways around what a script says: variables, flags and files that k6 itself reads. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { type Case, hostile, type Room } from './case.ts'
import { error } from './gateway/answers.ts'
import { instead, isLoad } from './gateway/defects.ts'
import { startGateway } from './gateway/gateway.ts'
import type { Answer, Defect } from './gateway/model.ts'
import type { Settings } from './runs.ts'

/** Nobody has allowed to load this one. It answers correctly, so that only its own count tells. */
const stranger = await startGateway({ admits: () => true })
after(() => stranger.close())
const asked = (): number => [...stranger.seen.values()].reduce((sum, count) => sum + count, 0)

/** Sends whoever asks for its health to the stranger. */
const elsewhere = (): Defect =>
  instead(({ route, at }) => route === 'health' && at !== undefined, {
    ...{ status: 302, headers: { Location: `${stranger.url}/api/v1/health` }, body: '' },
  })
const untouched = (): void => assert.equal(asked(), 0, `${asked()} requests were sent to a stranger`)

/** What moves for good, with all the ways to say so. */
const moved = (path: string, method: string): Answer => ({
  status: method === 'GET' ? 308 : 307,
  headers: {
    Location: stranger.url + path,
    'Content-Location': stranger.url + path,
    Refresh: `0; url=${stranger.url}${path}`,
    Link: `<${stranger.url}${path}>; rel=preload`,
    'Alt-Svc': `http/1.1="${new URL(stranger.url).host}"`,
    'Content-Type': 'text/html',
  },
  body: `<meta http-equiv="refresh" content="0; url=${stranger.url}${path}">`,
})

const good = (): Defect => ({})
const bad = (): Defect => instead(({ route, at }) => route === 'health' && at !== undefined, error(500, 'internal'))

const case_ = (name: string, more: Partial<Case>): Case => ({
  ...{ name, script: 'http', defect: good, verdict: 'usage', plain: 'own', cause: /K6_|--|flag|option|config/i },
  ...more,
})
const variable = (name: string, value: string, more: Partial<Case> = {}): Case =>
  case_(`${name}=${value}`, { env: { [name]: value }, cause: new RegExp(name), ...more })
const flag = (words: string, more: Partial<Case> = {}): Case => case_(words, { flags: words.split(' '), ...more })

/** A file of k6's that nobody names: k6 looks for one of its own accord. */
function unasked({ folder }: Room): Settings {
  for (const place of ['k6', 'loadimpact/k6']) {
    mkdirSync(join(folder, place), { recursive: true })
    writeFileSync(join(folder, place, 'config.json'), JSON.stringify({ hosts: { '127.0.0.1': new URL(stranger.url).host } }))
  }
  return { XDG_CONFIG_HOME: folder, RESULTS_DIR: mkdtempSync(join(folder, 'results-')) }
}

hostile('doors', [
  variable('K6_MAX_REDIRECTS', '10', { defect: elsewhere, check: untouched }),
  flag('--max-redirects 10', { defect: elsewhere, check: untouched }),
  flag('--max-redirects=3', { defect: elsewhere, check: untouched, plain: 'blind' }),
  variable('K6_EXECUTION_SEGMENT', '0:1/2'),
  flag('--execution-segment 0:1/2'),
  variable('K6_RPS', '60'),
  variable('K6_ITERATIONS', '300'),
  variable('K6_DURATION', '2s'),
  variable('K6_VUS', '1', { plain: 'blind' }),
  variable('K6_NO_SETUP', 'true'),
  flag('--no-setup', { plain: 'own' }),
  variable('K6_NO_THRESHOLDS', 'true', { defect: bad }),
  flag('--no-thresholds', { defect: bad, plain: 'blind' }),
  variable('K6_BLACKLIST_IPS', '127.0.0.0/8'),
  variable('K6_NO_CONNECTION_REUSE', 'true'),
  variable('K6_NO_VU_CONNECTION_REUSE', 'true'),
  variable('K6_MIN_ITERATION_DURATION', '200ms'),
  variable('K6_DISCARD_RESPONSE_BODIES', 'true'),
  variable('K6_INSECURE_SKIP_TLS_VERIFY', 'true', {
    ...{ defect: () => ({ tls: true }), env: { K6_INSECURE_SKIP_TLS_VERIFY: 'true', INSECURE_TLS: '' } },
    ...{ verdict: ['usage', 'fail', 'invalid'], cause: /K6_INSECURE|certificate|tls/i },
  }),
  case_('a file of k6 sends the load to a stranger', {
    defect: good,
    env: (room) => ({ K6_CONFIG: room.json('k6.json', { hosts: { '127.0.0.1': new URL(stranger.url).host } }) }),
    check: untouched,
  }),
  case_('a file of k6 that nobody names sends the load to a stranger', { env: unasked, check: untouched, cause: /./ }),
  case_('a file of k6 lets half of it send', {
    env: (room) => ({ K6_CONFIG: room.json('k6.json', { executionSegment: '0:1/2' }) }),
  }),
  case_('a file of k6 slows the load down', { env: (room) => ({ K6_CONFIG: room.json('k6.json', { rps: 60 }) }) }),
  case_('a file of k6 in the home of the user', {
    env: ({ folder }) => {
      mkdirSync(join(folder, '.config/loadimpact/k6'), { recursive: true })
      mkdirSync(join(folder, '.config/k6'), { recursive: true })
      for (const place of ['.config/loadimpact/k6', '.config/k6'])
        writeFileSync(join(folder, place, 'config.json'), JSON.stringify({ rps: 40 }))
      return { HOME: folder, RESULTS_DIR: mkdtempSync(join(folder, 'results-')) }
    },
    cause: /./,
  }),
  variable('K6_SYSTEM_TAGS', 'status'),
  flag('--system-tags status'),
  flag('-u 1 -i 10'),
  flag('--stage 1s:1'),
  flag('--tag scenario=warmup'),
  flag('--tag name=health'),
  flag('--user-agent somebody', { plain: 'blind' }),
  flag('--summary-mode disabled', { plain: 'blind' }),
  {
    ...{ name: 'everything moves elsewhere for good', script: 'http', verdict: 'fail', plain: 'both' },
    ...{ cause: /users|window|failed|308/i, check: untouched },
    defect: () =>
      instead(
        (exchange) => isLoad(exchange) && exchange.at !== undefined,
        ({ path, method }) => moved(path, method),
      ),
  },
  {
    ...{ name: 'the token endpoint moves elsewhere', script: 'http', verdict: ['fail', 'invalid'], plain: 'both' },
    ...{ cause: /token/, check: untouched },
    defect: () =>
      instead(
        ({ route }) => route === 'auth',
        ({ path, method }) => moved(path, method),
      ),
  },
  {
    ...{ name: 'streams move elsewhere', script: 'sse', verdict: 'fail', plain: 'both', cause: /sse|stream/i, check: untouched },
    defect: () =>
      instead(
        ({ route, query }) => route === 'events' && !query.has('count'),
        ({ path, method }) => moved(path, method),
      ),
  },
])
