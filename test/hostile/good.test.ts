/** No false alarm: a gateway that does what the contract says passes, in both forms. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gatewayOf, JOBS, roomOf } from './case.ts'
import { runLoadgate, runPlain, type Settings } from './runs.ts'
import { STRICT, STRICT_FAILURE } from './sizes.ts'

const SCRIPTS = ['smoke', 'http', 'burst', 'failure', 'gateway', 'sustained', 'sse', 'a2a']

const STRICTLY: Readonly<Record<string, Settings>> = { http: STRICT, smoke: STRICT, failure: STRICT_FAILURE }

describe('a right gateway', { concurrency: JOBS }, () => {
  for (const script of SCRIPTS) {
    test(`${script}, loadgate run`, async (t) => {
      const { url } = await gatewayOf(t)
      const run = await runLoadgate({ script, url, folder: roomOf(t).folder, env: STRICTLY[script] ?? {}, flags: [] })
      assert.equal(run.verdict, 'pass', run.err + run.out)
      assert.equal(run.code, 0)
    })
    test(`${script}, plain k6`, async (t) => {
      const { url } = await gatewayOf(t)
      const run = await runPlain({ script, url, folder: roomOf(t).folder, env: STRICTLY[script] ?? {}, flags: [] })
      assert.equal(run.code, 0, run.err + run.out)
    })
  }
})
