import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { startProbe } from '../../../../cli/generator/probe-client.ts'
import type { ProbeOrder } from '../../../../cli/generator/probe-protocol.ts'
import { folderOf, put } from '../made-up-project.ts'
import { until } from '../processes.ts'

test('a probe that is killed in the middle of a line leaves the samples before it', async (t) => {
  const program = put(
    join(folderOf(t), 'probe.mjs'),
    `process.stdout.write('[[1,"health",2.5,3,0,null]]\\n[[2,"hea', () => process.kill(process.pid, 'SIGKILL'))`,
  )
  const probe = startProbe(program, {} as ProbeOrder)
  await until('a sample', () => probe.samples.length > 0)
  await probe.stop()
  assert.deepEqual(probe.samples, [{ at: 1, endpoint: 'health', ms: 2.5, waited: 3, late: 0, failure: null }])
})
