/** Code of a script that throws: k6 alone ends with 0 even when every iteration does. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { k6Scripts } from '../../build/k6-scripts.mjs'
import { startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, folderOf, gateOf, runScript } from './script-run.ts'

/** @returns path of the bundle without its `.js` */
async function bundle(t: TestContext, script: string): Promise<string> {
  const outfile = join(await folderOf(t), script)
  const entry = fileURLToPath(new URL(`scripts/${script}.ts`, import.meta.url))
  await build({ ...k6Scripts(), entryPoints: [entry], outfile: `${outfile}.js` })
  return outfile
}

async function throwing(t: TestContext, settings: Record<string, string | number>) {
  const { url } = await startGateway(t)
  return runScript(t, await bundle(t, 'throwing'), { BASE_URL: url, ...settings })
}

test('the same script passes where nothing throws', async (t) => {
  assertPassed(await throwing(t, {}))
})

for (const [how, every, least] of [
  ['now', 1, 200],
  ['now', 100, 2],
  ['later', 1, 200],
  ['later', 100, 2],
] as const)
  test(`${how === 'now' ? 'a throw' : 'a rejected promise'} in ${every === 1 ? 'every iteration' : `1 of ${every} iterations`} is red`, async (t) => {
    const run = await throwing(t, { THROW: how, EVERY: every })
    assertRed(run, 'run * script_errors')
    assert.ok((gateOf(run, 'run * script_errors').measured ?? 0) >= least)
  })
