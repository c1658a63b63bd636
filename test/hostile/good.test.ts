/** No false alarm: a gateway that does what the contract says passes, in both forms. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gatewayOf, JOBS, type Room, roomOf } from './case.ts'
import { DIST, runLoadgate, runPlain, type Settings } from './runs.ts'
import { STRICT, STRICT_FAILURE } from './sizes.ts'

/** Scripts, with the sizes that their own limits need. */
const SCRIPTS: Readonly<Record<string, Settings>> = {
  smoke: STRICT,
  http: STRICT,
  burst: {},
  failure: STRICT_FAILURE,
  gateway: {},
  sustained: {},
  sse: {},
  a2a: {},
  websocket: {},
  integration: {},
}

type Limits = Record<string, unknown>
type File = { windows: Record<string, Record<string, Limits>>; metrics?: Record<string, Limits> }

/** Latency may be twenty times what the script allows: plain k6 cannot say that others had the cores. */
function loose({ json }: Room, script: string): string {
  const file: File = JSON.parse(readFileSync(join(DIST, '..', 'thresholds', `${script}.json`), 'utf8'))
  const loosened = (limits: Limits): Limits =>
    Object.fromEntries(
      Object.entries(limits).map(([key, limit]) => [
        key,
        /^(p\d+(_ms)?|largest|max_ms|late_share)$/.test(key)
          ? Number(limit) * 20
          : key === 'delivered'
            ? Number(limit) * 0.9
            : limit,
      ]),
    )
  const each = <T, U>(all: Record<string, T>, change: (one: T) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(all).map(([key, one]) => [key, change(one)]))
  const { degradation: _, ...metrics } = file.metrics ?? {}
  return json(`${script}.json`, {
    windows: each(file.windows, (endpoints) => each(endpoints, loosened)),
    run: { dropped_share: 0.1 },
    metrics: each(metrics, loosened),
  })
}

describe('a right gateway', { concurrency: JOBS }, () => {
  for (const [script, env] of Object.entries(SCRIPTS)) {
    test(`${script}, loadgate run`, async (t) => {
      const { url } = await gatewayOf(t, script)
      const run = await runLoadgate({ script, url, folder: roomOf(t).folder, env, flags: [] })
      if (run.verdict === 'invalid' && run.codes[0] === 'generator_bound') return t.skip(`others had the cores: ${run.headline}`)
      assert.equal(run.verdict, 'pass', run.err + run.out)
      assert.equal(run.code, 0)
    })
    test(`${script}, plain k6`, async (t) => {
      const { url } = await gatewayOf(t, script)
      const room = roomOf(t)
      const order = { script, url, folder: room.folder, env: { ...env, THRESHOLDS: loose(room, script) }, flags: [] }
      const run = await runPlain(order)
      assert.equal(run.code, 0, run.err + run.out)
    })
  }
})
