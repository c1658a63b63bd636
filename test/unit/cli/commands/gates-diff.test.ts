import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cli } from '../../../../cli/commands/cli.ts'
import { folderOf, madeUpProject, put, quietTerminal } from '../made-up-project.ts'

const limits = (more: object, why = 'Room for a small machine.') =>
  JSON.stringify({ windows: { spike: { '*': { error_rate: 0.001, ...more, why } } } })

async function diff(t: TestContext, ...words: string[]) {
  const { terminal, printed, noted } = quietTerminal()
  const code = await cli(['gates', 'diff', ...words], madeUpProject(t), terminal, {})
  return { code, out: printed.join('\n'), err: noted.join('\n') }
}

/** Two files of these limits. */
function pair(t: TestContext, old: string, now: string): [string, string] {
  const folder = folderOf(t)
  return [put(join(folder, 'old.json'), old), put(join(folder, 'new.json'), now)]
}

test('a table says what has changed, which way and by how much; a reason that is the same as before is noticed', async (t) => {
  const files = pair(t, limits({ p95_ms: 300, goodput: 0.99, rps: 10 }), limits({ p95_ms: 400, rps: 12, failed_checks: 1 }))
  const { code, out } = await diff(t, ...files)
  assert.equal(code, 1)
  assert.equal(
    out,
    `           window  endpoint  limit          old              new   by
loosened   spike   *         p95_ms         300          ->  400   +33.3 %
loosened   spike   *         failed_checks  0 (default)  ->  1
removed    spike   *         goodput        0.99         ->  none
tightened  spike   *         rps            10           ->  12    +20 %
why of spike *: the same as before, though a limit is looser

2 loosened, 1 removed, 1 tightened, 0 added; --allow permits that`,
  )
})

test('--allow lists the same and is no failure', async (t) => {
  const { code, out } = await diff(t, ...pair(t, limits({ p95_ms: 300 }), limits({ p95_ms: 400 }, 'New machine.')), '--allow')
  assert.equal(code, 0)
  assert.match(out, /loosened .* 300 +-> +400 +\+33\.3 %/)
  assert.match(out, /why of spike \*\n {2}old: Room for a small machine\.\n {2}new: New machine\./)
  assert.match(out, /1 loosened, 0 removed, 0 tightened, 0 added, which --allow permits$/)
})

test('tighter and new gates are no failure, nor is a file that says the same', async (t) => {
  assert.equal((await diff(t, ...pair(t, limits({ p95_ms: 300 }), limits({ p95_ms: 200, p99_ms: 900 })))).code, 0)
  const same = await diff(t, ...pair(t, limits({}), limits({})))
  assert.deepEqual([same.code, same.out], [0, 'No gate has changed.'])
})

test('files of two folders are paired by their names; the schema is none of them', async (t) => {
  const folder = folderOf(t)
  const [old, now] = [join(folder, 'old'), join(folder, 'new')]
  put(join(old, 'burst.json'), limits({ p95_ms: 1 }))
  put(join(now, 'burst.json'), limits({ p95_ms: 1 }))
  put(join(old, 'production', 'http.json'), limits({}))
  put(join(now, 'smoke.json'), limits({}))
  for (const each of [old, now]) put(join(each, 'schema.json'), 'no JSON')
  const { code, out } = await diff(t, old, now)
  assert.equal(code, 1)
  assert.match(out, /^production\/http\.json \(the file is gone\)\n.*\nremoved .*\n\nsmoke\.json \(a new file\)\n.*\nadded /)
  assert.match(out, /0 loosened, 1 removed, 0 tightened, 1 added/)
})

test('one side may be a revision of git', async (t) => {
  const folder = folderOf(t)
  const before = process.cwd()
  t.after(() => process.chdir(before))
  process.chdir(folder)
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'init.defaultBranch=main', ...words])
  put(join(folder, 'thresholds', 'burst.json'), limits({ p95_ms: 300 }))
  put(join(folder, 'thresholds', 'production', 'burst.json'), limits({}))
  git('init', '-q')
  git('add', '.')
  git('commit', '-qm', 'x')
  put(join(folder, 'thresholds', 'burst.json'), limits({ p95_ms: 400 }))
  for (const [old, now] of [
    ['main:thresholds', 'thresholds'],
    ['HEAD:thresholds/', './thresholds/'],
    ['main:thresholds/burst.json', 'thresholds/burst.json'],
  ])
    assert.match((await diff(t, String(old), String(now))).out, /1 loosened, 0 removed, 0 tightened, 0 added/)
  rmSync(join(folder, 'thresholds', 'production'), { recursive: true })
  assert.match((await diff(t, 'main:thresholds', 'thresholds')).out, /production\/burst\.json \(the file is gone\)/)
  for (const [written, says] of [
    ['other:thresholds', /loadgate: revision other: git has none/],
    ['main:nowhere', /loadgate: main:nowhere: git has none .*does not exist/],
  ] as const) {
    const { code, err } = await diff(t, written, 'thresholds')
    assert.equal(code, 2)
    assert.match(err, says)
  }
})

test('what cannot be compared is a usage error', async (t) => {
  const folder = folderOf(t)
  const right = put(join(folder, 'right.json'), limits({}))
  const empty = join(folder, 'empty')
  put(join(empty, 'x.txt'), '')
  const wrong = put(join(folder, 'wrong.json'), limits({ p95: 1 }))
  for (const [words, says] of [
    [[right, 'nowhere.json'], /"nowhere\.json": no such file or folder/],
    [[right, empty], /one is a folder and the other a file/],
    [[empty, empty], /no thresholds file in either/],
    [[wrong, right], /wrong\.json: windows\.spike\.\*\.p95: unknown key; did you mean "p95_ms"/],
    [[right], /missing argument <new>/],
    [[right, right, '--alow'], /unknown option/],
  ] as const) {
    const { code, err } = await diff(t, ...words)
    assert.equal(code, 2, err)
    assert.match(err, says)
  }
})
