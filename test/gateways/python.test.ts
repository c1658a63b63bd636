/** Gateways of PyPI: an API that FastAPI describes by itself, from `init` to a gated run, and LiteLLM's proxy before a mock model. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadgate } from '../e2e/loadgate-run.ts'
import { folderOf } from '../e2e/script-run.ts'
import { programOf } from './programs.ts'
import { shop } from './shop.ts'
import { configured, placesFor, started, targetFor } from './started.ts'

const SHORT = ['--profile', 'smoke', '--duration', '4s', '--timeout', '2s']
const HERE = new URL('.', import.meta.url).pathname
const COUNTED = /The gateway counted each of the [\d,]+ (requests|answers) of this run/

test('FastAPI: three commands to a green run by its own counter; order 1 for every id is red', async (t) => {
  const python = programOf(t, 'python')
  if (python === undefined) return
  const { gateway } = await placesFor(0)
  const url = `http://127.0.0.1:${gateway}`
  const words = ['-m', 'uvicorn', '--app-dir', HERE, 'orders:app', '--port', String(gateway)]
  await started(t, python, [...words, '--log-level', 'warning'], `${url}/health`)
  const out = await folderOf(t)
  const target = join(out, 'loadgate/target.json')
  const secrets = { AUTH_USERNAME: 'loadgate', AUTH_PASSWORD: 'orders-password' }

  const init = await loadgate(t, ['init', '--openapi', `${url}/openapi.json`, '--include', 'POST /orders', '--out', out])
  assert.equal(init.code, 0, init.err)
  const checked = await loadgate(t, ['check', '--target', target], secrets)
  assert.equal(checked.code, 0, checked.out + checked.err)
  const good = await loadgate(t, ['run', 'smoke', '--target', target, ...SHORT], secrets)
  assert.equal(good.code, 0, good.out + good.err)
  assert.match(good.out, COUNTED)

  await fetch(`${url}/fault?on=true`)
  const noticed = await loadgate(t, ['check', '--target', target], secrets)
  assert.equal(noticed.code, 99, noticed.out + noticed.err)
  assert.match(noticed.out, /WRONG id = \{order_id\}: the answer has id 1, not/)
  for (const form of ['no_token', 'bad_token'])
    assert.match(noticed.out, new RegExp(`list_orders\\.${form}[^]*?it serves who has no right to it`))
  const bad = await loadgate(t, ['run', 'smoke', '--target', target, ...SHORT], secrets)
  assert.equal(bad.code, 99, bad.out + bad.err)
  for (const name of ['get_order', 'list_orders.no_token', 'list_orders.bad_token'])
    assert.match(bad.out, new RegExp(`${name} +.*[1-9]`))
})

const KEY = 'sk-loadgate-0f1e2d3c4b5a6978'

test('LiteLLM: two users are served correctly, by its own counter; the same answer for everybody is red', async (t) => {
  const program = programOf(t, 'litellm')
  if (program === undefined) return
  const behind = await shop(t)
  const places = await placesFor(behind.port)
  const config = await configured(t, 'litellm.yaml', places)
  const words = ['--config', config, '--host', '127.0.0.1', '--port', String(places.gateway), '--telemetry', 'False']
  // Without its list of prices it asks the network for one.
  const env = { LITELLM_MASTER_KEY: KEY, LITELLM_LOCAL_MODEL_COST_MAP: 'True', DISABLE_ADMIN_UI: 'True' }
  await started(t, program, words, `http://127.0.0.1:${places.gateway}/health/liveliness`, env)
  const target = await targetFor(t, 'litellm', places)
  const checked = await loadgate(t, ['check', '--target', target], { TOKEN: KEY })
  assert.equal(checked.code, 0, checked.out + checked.err)
  const few = ['--vus', '2', '--think-time', '0.2', '--thresholds', join(HERE, 'config/litellm-limits.json')]
  const good = await loadgate(t, ['run', 'smoke', '--target', target, ...few, '--duration', '20s'], { TOKEN: KEY })
  assert.equal(good.code, 0, good.out + good.err)
  assert.match(good.out, COUNTED)

  behind.alwaysOne = true
  const bad = await loadgate(t, ['run', 'smoke', '--target', target, ...few, '--duration', '5s'], { TOKEN: KEY })
  assert.equal(bad.code, 99, bad.out + bad.err)
  assert.match(bad.out, /chat: .* answers failed their check/)
  const noticed = await loadgate(t, ['check', '--target', target], { TOKEN: KEY })
  assert.equal(noticed.code, 99, noticed.out + noticed.err)
  assert.match(noticed.out, /WRONG choices\[0\]\.message\.content = \{uuid\}/)
})
