/** A thresholds file that the run could not be held to stops it before anything is sent. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadgate } from './loadgate-run.ts'
import { startGateway } from './reference-gateway.ts'
import { EXIT, folderOf, jsonFile, runScript } from './script-run.ts'

const on = (window: string, endpoint: string, limits: object) => ({
  windows: { [window]: { [endpoint]: { ...limits, why: 'So it shall be.' } } },
})

const REFUSED: readonly [what: string, content: object | string, says: RegExp][] = [
  [
    'an unknown window',
    on('stedy', '*', { p95_ms: 50 }),
    /own\.json: windows\.stedy: the script has no window of that name; did you mean \\"steady\\"\?/,
  ],
  [
    'an unknown endpoint',
    on('steady', 'heath', { p95_ms: 50 }),
    /own\.json: windows\.steady\.heath: this window sends nothing to an endpoint of that name; did you mean \\"health\\"\?/,
  ],
  [
    'an unknown limit',
    on('steady', '*', { p95: 50 }),
    /own\.json: windows\.steady\.\*\.p95: unknown key; did you mean \\"p95_ms\\"\?/,
  ],
  [
    'a negative limit',
    on('steady', '*', { p95_ms: -5 }),
    /own\.json: windows\.steady\.\*\.p95_ms: expected at least 0 ms, found -5/,
  ],
  ['broken JSON', '{"windows": {', /own\.json: expected JSON/],
]

for (const [what, content, says] of REFUSED)
  test(`${what} stops the run`, async (t) => {
    const gateway = await startGateway(t)
    const THRESHOLDS = join(await folderOf(t), 'own.json')
    await writeFile(THRESHOLDS, typeof content === 'string' ? content : JSON.stringify(content))
    const run = await runScript(t, 'http', { PROFILE: 'smoke', BASE_URL: gateway.url, THRESHOLDS })
    assert.equal(run.code, EXIT.stopped, run.output)
    assert.match(run.output, says)
    assert.doesNotMatch(run.output, /\\tat /, 'a stack says nothing to who has written a setting')
    assert.equal(run.summary, undefined)
    assert.equal(await gateway.requests('/api/v1/health'), 0)
  })

test('a file that is not there stops the run', async (t) => {
  const THRESHOLDS = join(await folderOf(t), 'own.json')
  const run = await runScript(t, 'http', { PROFILE: 'smoke', BASE_URL: 'http://127.0.0.1:9', THRESHOLDS })
  assert.equal(run.code, EXIT.stopped, run.output)
  assert.ok(run.output.includes(`setting THRESHOLDS: cannot read ${THRESHOLDS}`), run.output)
  assert.doesNotMatch(run.output, /nobody answers/)
})

test('for loadgate run it is a mistake of the user: 2', async (t) => {
  const THRESHOLDS = await jsonFile(t, 'own.json', on('steady', 'heath', { p95_ms: 50 }))
  const run = await loadgate(t, ['run', 'http', '--no-record', '--profile', 'smoke'], { THRESHOLDS })
  assert.equal(run.code, 2, run.out + run.err)
  assert.match(
    run.err,
    /^loadgate: \S+own\.json: windows\.steady\.heath: this window sends nothing to an endpoint of that name; did you mean "health"\?/,
  )
  assert.equal(run.has('verdict.json'), false, 'nothing was made')
})
