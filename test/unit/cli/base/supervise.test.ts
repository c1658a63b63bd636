import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Supervised, supervise } from '../../../../cli/base/supervise.ts'
import { folderOf, put } from '../made-up-project.ts'
import { gone, pidIn } from '../processes.ts'

async function output({ child, ended }: Supervised) {
  let [out, err] = ['', '']
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    err += chunk
  })
  return { ...(await ended), out, err }
}
const sh = (script: string) => supervise('sh', ['-c', script], { ...process.env, WORD: 'from outside' })

test('exit code, output, arguments and environment are those of the program', async () => {
  assert.deepEqual(await output(await sh('echo "$WORD"; echo oops >&2; exit 99')), {
    code: 99,
    signal: null,
    out: 'from outside\n',
    err: 'oops\n',
  })
  const words = ['a b', "c'd", '$HOME', '', '--']
  const { out } = await output(await supervise('printf', ['<%s>', ...words], process.env))
  assert.equal(out, words.map((word) => `<${word}>`).join(''))
})

test('a signal that ended the program is said, one that it handles is not', async () => {
  assert.equal((await output(await sh('kill -KILL $$'))).signal, 'SIGKILL')
  const handled = await sh('trap "exit 105" INT; echo ready; while :; do sleep 0.02; done')
  assert.ok(handled.child.stdout)
  await once(handled.child.stdout, 'data')
  handled.signal('SIGINT')
  assert.equal((await handled.ended).code, 105)
  handled.signal('SIGINT')
})

test('a program that is not there ends with a code of the shell', async () => {
  const { code, err } = await output(await supervise('/nowhere/k6', [], process.env))
  assert.equal(code, 127)
  assert.match(err, /nowhere/)
})

test('its stdin is closed', async () => {
  assert.equal((await output(await sh('cat; echo end'))).out, 'end\n')
})

for (const [how, signal] of [
  ['killed', 'SIGKILL'],
  ['told to end', 'SIGTERM'],
] as const)
  test(`the program and its children end when we are ${how}`, async (t) => {
    const folder = folderOf(t)
    const module = pathToFileURL(join(import.meta.dirname, '../../../../cli/base/supervise.ts'))
    const pids = join(folder, 'pids')
    // Programs that no signal but SIGKILL ends.
    const script = `trap '' INT TERM HUP; sh -c 'trap "" INT TERM HUP; echo $$ > ${folder}/child; sleep 600' & echo $$ > ${pids}; wait`
    const parent = put(
      join(folder, 'parent.mjs'),
      `import { supervise } from ${JSON.stringify(module.href)}\nawait supervise('sh', ['-c', ${JSON.stringify(script)}], process.env)`,
    )
    const us = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), parent], { stdio: 'inherit' })
    const [program, child] = [await pidIn(pids), await pidIn(join(folder, 'child'))]
    us.kill(signal)
    await once(us, 'exit')
    await gone(program)
    await gone(child)
  })
