/** A gateway that is not there, or goes while it is loaded: red, and the verdict says which. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { loadgate } from './loadgate-run.ts'
import { type GatewayProcess, startGateway } from './reference-gateway.ts'
import { assertRed, EXIT, jsonFile, type K6Run, runScript } from './script-run.ts'
import { until } from './until.ts'

const NOBODY = 'http://127.0.0.1:9'
const SIZE = { PROFILE: 'smoke', WARMUP: '0s', DURATION: '8s', RATE: '100' }
const loose = (t: TestContext) =>
  jsonFile(t, 'http.json', {
    windows: { steady: { '*': { p95_ms: 5000, error_rate: 0.001, goodput: 0.8, why: 'Room for a busy machine.' } } },
    run: { dropped_share: 0.2 },
  })

const failedInSetup = ({ summary }: K6Run) =>
  summary?.gates.find(({ window, endpoint }) => window === 'run' && endpoint === 'setup')?.measured

/** Ends the gateway when the load has begun. */
async function killUnderLoad({ requests, kill }: GatewayProcess): Promise<void> {
  await until(async () => (await requests('/api/v1/resource/:id')) > 10)
  kill()
}

test('nobody answers from the start: no load is sent', async (t) => {
  const run = await runScript(t, 'http', { ...SIZE, BASE_URL: NOBODY, THRESHOLDS: await loose(t) })
  assert.equal(run.code, EXIT.aborted)
  assert.match(run.output, /test aborted: nobody answers at http:\/\/127\.0\.0\.1:9\/api\/v1\/health: dial: connection refused/)
  assert.equal(failedInSetup(run), 0)
  assert.equal(
    run.summary?.windows.reduce((sum, { total }) => sum + (total?.sent ?? 0), 0),
    0,
  )
})

thorough('who was there for a moment only is not nobody: the tries without an answer are failures of setup', async (t) => {
  const server = createServer((socket) => {
    server.close()
    socket.once('data', () => socket.resetAndDestroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const run = await runScript(t, 'http', { ...SIZE, BASE_URL: `http://127.0.0.1:${port}`, THRESHOLDS: await loose(t) })
  assert.equal(run.code, EXIT.aborted, run.output)
  assert.match(run.output, /test aborted: no HTTP answer comes from /)
  assert.equal(failedInSetup(run), 3)
})

test('the gateway is killed under load', async (t) => {
  const gateway = await startGateway(t)
  const running = runScript(t, 'http', { ...SIZE, BASE_URL: gateway.url, THRESHOLDS: await loose(t) })
  await killUnderLoad(gateway)
  const run = await running
  assertRed(run, 'steady * error_rate', 'steady * goodput')
  const refused = run.summary?.endpoints.reduce((sum, { failures }) => sum + (failures.refused ?? 0), 0) ?? 0
  assert.ok(refused > 10, `${refused} refused`)
})

thorough('the verdict tells the two apart', async (t) => {
  const words = ['run', 'http', '--no-record']
  const env = { ...SIZE, THRESHOLDS: await loose(t) }

  const down = await loadgate(t, [...words, '--base-url', NOBODY], env)
  assert.equal(down.code, 3, down.out + down.err)
  assert.match(down.out, /INVALID {2}The gateway did not answer from the start: nobody answers at http:\/\/127\.0\.0\.1:9\//)

  const gateway = await startGateway(t)
  const running = loadgate(t, [...words, '--base-url', gateway.url], env)
  await killUnderLoad(gateway)
  const gone = await running
  assert.equal(gone.code, 99, gone.out + gone.err)
  assert.match(gone.out, /FAIL {2}The gateway at \S+ stopped answering during the run \(connections refused: \d+/)
})
