/** `loadgate completion`, asked in the shells themselves. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cli } from '../../../../cli/commands/cli.ts'
import { installed } from '../../../e2e/installed.ts'
import { folderOf, madeUpProject, put, quietTerminal } from '../made-up-project.ts'

async function scriptFor(t: TestContext, shell: string): Promise<string> {
  const { terminal, printed } = quietTerminal()
  assert.equal(await cli(['completion', shell], madeUpProject(t), terminal, {}), 0)
  return printed.join('\n')
}

/** What bash offers after these words, the last of which has begun. */
function inBash(script: string, words: readonly string[], folder: string): string[] {
  const asking = `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})\nCOMP_CWORD=${words.length - 1}\n_loadgate\nprintf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', asking], { cwd: folder, encoding: 'utf8' }).split('\n').filter(Boolean)
}

test('bash completes commands, scripts, files, options and their values', async (t) => {
  const script = await scriptFor(t, 'bash')
  const folder = folderOf(t)
  put(join(folder, 'my-flow.ts'), '')
  const offered = (...words: string[]) => inBash(script, ['loadgate', ...words], folder)
  assert.deepEqual(offered('ru'), ['run'])
  assert.deepEqual(offered('com').sort(), ['compare', 'completion'])
  assert.deepEqual(offered('run', 'bu'), ['burst'])
  assert.deepEqual(offered('run', 'my'), ['my-flow.ts'])
  assert.deepEqual(offered('run', 'burst', '--dur'), ['--duration'])
  assert.deepEqual(offered('run', 'burst', '--profile', 's'), ['smoke'])
  assert.deepEqual(offered('run', 'burst', '--thresholds', 'my'), ['my-flow.ts'])
  assert.deepEqual(offered('gates', 'd'), ['diff'])
  assert.deepEqual(offered('completion', 'z'), ['zsh'])
  assert.deepEqual(offered('list', '--rat'), [])
})

test('zsh can read it, and fish completes by it', async (t) => {
  const fish = installed(t, 'apt-get install fish', 'fish')
  const zsh = installed(t, 'apt-get install zsh', 'zsh')
  if (fish === undefined || zsh === undefined) return
  const folder = folderOf(t)
  // The functions of zsh's own are called by it and answer for it what they were asked to offer.
  const asked = (words: readonly string[]): string =>
    execFileSync(zsh, ['-f'], {
      encoding: 'utf8',
      input: `compdef() { }\n_describe() { print -l -- "$\{(@P)2}" }\n_arguments() { print -l -- "$@" }\n${zshScript}\nwords=(${words.join(' ')})\nCURRENT=${words.length}\n_loadgate\n`,
    })
  const zshScript = await scriptFor(t, 'zsh')
  assert.match(asked(['loadgate', 'r']), /^run:run a load test and judge the gateway$/m)
  assert.match(asked(['loadgate', 'run', '--']), /^\*--profile\[.*\]: :\(smoke ci production\)$/m)
  assert.match(asked(['loadgate', 'run', 'b']), /_values word 'burst' 'smoke'/)
  const file = put(join(folder, 'loadgate.fish'), await scriptFor(t, 'fish'))
  const inFish = (line: string): string =>
    execFileSync(fish, ['-N', '-c', `source ${file}; complete -C '${line}'`], {
      encoding: 'utf8',
      env: { ...process.env, HOME: folder },
    })
  assert.match(inFish('loadgate ru'), /^run\t/m)
  assert.match(inFish('loadgate run bu'), /^burst/m)
  assert.match(inFish('loadgate run --prof'), /^--profile\t/m)
  assert.match(inFish('loadgate run --profile s'), /^smoke/m)
})
