/** Ctrl-C on a real run: what was measured is kept, and nothing is left running. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { type RunningLoadgate, startLoadgate } from './loadgate-run.ts'
import { until } from './until.ts'

const PID = /^\d+$/

function read<T>(what: () => T): T | undefined {
  try {
    return what()
  } catch {
    // Not a process any more, or not ours.
    return undefined
  }
}

/** Programs of a run by process id: all that the command starts have its results folder in their environment. */
function programsOf({ folder, child }: RunningLoadgate): Map<number, string> {
  const found = readdirSync('/proc')
    .filter((name) => PID.test(name) && Number(name) !== child.pid)
    .filter((name) => read(() => readFileSync(`/proc/${name}/environ`, 'utf8'))?.includes(folder))
  return new Map(found.flatMap((name) => [[Number(name), read(() => readlinkSync(`/proc/${name}/exe`)) ?? '?']]))
}

const k6Of = (run: RunningLoadgate): number | undefined =>
  [...programsOf(run)].find(([, program]) => /k6[^/]*$/.test(program))?.[0]

async function underLoad(t: TestContext): Promise<RunningLoadgate> {
  const run = await startLoadgate(t, ['run', 'http', '--profile', 'smoke', '--rate', '50', '--duration', '60s'], { VUS: '20' })
  await until(() => / iterations · |goodput \d/.test(run.said()))
  assert.ok(programsOf(run).size >= 2, run.said())
  return run
}

const onLinux = { skip: process.platform === 'linux' ? false : 'there is no /proc to look for what is left' }

test('the first Ctrl-C stops in order', onLinux, async (t) => {
  const run = await underLoad(t)
  run.child.kill('SIGINT')
  const { code, out, summary, verdict } = await run.done
  assert.equal(code, 3)
  assert.match(out, /INVALID {2}The run was interrupted \(SIGINT\): what was measured until then is kept\./)
  assert.equal(verdict().reasons[0]?.code, 'interrupted')
  assert.ok(summary().totals.sent > 0, `${summary().totals.sent} requests in the summary`)
  assert.deepEqual([...programsOf(run)], [])
})

thorough('the second Ctrl-C kills a k6 that does not stop', onLinux, async (t) => {
  const run = await underLoad(t)
  process.kill(k6Of(run) ?? assert.fail('no k6 is running'), 'SIGSTOP')
  run.child.kill('SIGINT')
  await until(() => run.said().includes('Stopping: k6'))
  run.child.kill('SIGINT')
  const { code, verdict } = await run.done
  assert.equal(code, 3)
  assert.equal(verdict().k6.signal, 'SIGKILL')
  assert.deepEqual([...programsOf(run)], [])
})

thorough('nothing is left when the command itself is killed', onLinux, async (t) => {
  const run = await underLoad(t)
  run.child.kill('SIGKILL')
  await until(() => programsOf(run).size === 0)
})
