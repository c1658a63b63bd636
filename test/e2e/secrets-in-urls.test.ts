/** Tokens in URLs that cannot be reached: k6 complains about each with the whole URL, and nothing that is kept or told may have it. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { CONTRACT_NAMES } from '../../lib/target/contract.ts'
import { thorough } from '../thorough.ts'
import { assertHidden, assertNothingIn, SECRET } from './hidden.ts'
import { loadgate } from './loadgate-run.ts'
import { jsonFile, runScript } from './script-run.ts'
import { type Telltale, telltaleServer } from './servers/telltale-server.ts'
import { countedLimits } from './small-limits.ts'

/** An address that RFC 2606 keeps free of hosts. */
const NOWHERE = 'nowhere.invalid'
const REFUSED = { base_url: 'http://127.0.0.1:1' }
const UNKNOWN = { base_url: `http://${NOWHERE}` }
const INVALID = { path: '/%zz' }

const SCRIPTS = {
  sse: { endpoint: 'stream', kind: 'stream', size: { CONNECTIONS: '2', RATE: '2', DURATION: '4s', STALL: '1s' } },
  websocket: { endpoint: 'websocket', kind: 'socket', size: { CONNECTIONS: '2', RATE: '2', DURATION: '2s' } },
} as const
type Script = keyof typeof SCRIPTS

/** A gateway whose tokens look like nothing, and go into parameters whose names tell nothing. */
async function given(
  t: TestContext,
  script: Script,
  where: object,
  auth: Readonly<Record<string, unknown>>,
): Promise<{ telltale: Telltale; settings: Record<string, string> }> {
  const telltale = await telltaleServer(t)
  telltale.opaque = true
  const { endpoint, kind, size } = SCRIPTS[script]
  const others = Object.fromEntries(CONTRACT_NAMES.map((name) => [name, false]))
  const TARGET = await jsonFile(t, 'target.json', {
    name: 'telltale',
    base_url: telltale.url,
    auth,
    endpoints: { ...others, health: {}, [endpoint]: { ...where, [kind]: { token: 'ticket' } } },
  })
  const THRESHOLDS = await jsonFile(t, 'limits.json', countedLimits(script))
  return { telltale, settings: { PROFILE: 'smoke', TARGET, THRESHOLDS, ALLOW_TARGET: NOWHERE, ...size } }
}

for (const [what, script, where] of [
  ['nobody listens, and tokens cannot be renewed', 'sse', REFUSED],
  ['the host is unknown', 'sse', UNKNOWN],
  ['the URL is invalid', 'sse', INVALID],
  ['the URL is invalid', 'websocket', INVALID],
] as const)
  thorough(`loadgate run ${script}: ${what}`, async (t) => {
    const auth = { flow: 'password', username: 'ann', password: SECRET, refresh_path: '/auth/refresh?rt=' }
    const { telltale, settings } = await given(t, script, where, auth)
    telltale.manners = 'hangs up'
    const run = await loadgate(t, ['run', script], settings)
    const log = run.file('k6.log')
    assert.match(log, /[?&]ticket=<redacted>/)
    if (where === REFUSED) assert.match(log, /\?rt=<redacted>/)
    const secrets = [SECRET, ...telltale.issued]
    assert.ok(secrets.length > 2)
    assertHidden('stdout', run.out, secrets)
    assertHidden('stderr', run.err, secrets)
    assertNothingIn(run.folder, secrets)
  })

/** k6's own complaint about a request, which no script can change. */
const OF_K6 = 'msg="Request Failed"'

for (const [what, script, where] of [
  ['nobody listens', 'sse', REFUSED],
  ['the URL is invalid', 'sse', INVALID],
  ['the URL is invalid', 'websocket', INVALID],
] as const)
  thorough(`k6 run dist/${script}.js: ${what}`, async (t) => {
    const { settings } = await given(t, script, where, { flow: 'bearer' })
    const run = await runScript(t, script, { ...settings, TOKEN: SECRET })
    const own = run.output.split('\n').filter((line) => !line.includes(OF_K6))
    assert.ok(
      own.some((line) => /loadgate failure|<redacted>/.test(line)),
      run.output,
    )
    assertHidden('output', own.join('\n'), [SECRET])
    assertHidden('summary', JSON.stringify(run.summary), [SECRET])
  })

for (const url of [
  `http://ann:${encodeURIComponent(SECRET)}@127.0.0.1:1`,
  `http://127.0.0.1:1/?ticket=${encodeURIComponent(SECRET)}`,
])
  thorough(`k6 run refuses ${url.replace(encodeURIComponent(SECRET), '…')} and does not repeat it`, async (t) => {
    const { code, output } = await runScript(t, 'http', { BASE_URL: url })
    assert.equal(code, 107)
    assert.match(output, /setting BASE_URL: expected a URL/)
    assertHidden('output', output, [SECRET])
  })
