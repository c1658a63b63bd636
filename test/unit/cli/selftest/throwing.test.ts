import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { throwing } from '../../../../cli/selftest/throwing.ts'
import { folderOf, put } from '../made-up-project.ts'

test('a k6 that runs a copy of the script, in which requests are loud, and does all else as ever', (t) => {
  const folder = folderOf(t)
  const k6 = put(join(folder, "k6's own"), '#!/bin/sh\nprintf "%s;" "$@"\n', 0o755)
  const script = put(
    join(folder, 'dist', 'burst.js'),
    'import a,{request as b}from"k6/http";b(a)\n//# sourceMappingURL=burst.js.map',
  )
  const loud = throwing(k6, script, folder)
  const copy = join(folder, 'burst.js')
  assert.equal(execFileSync(loud, ['run', '--tag', "a 'b", script], { encoding: 'utf8' }), `run;--tag;a 'b;${copy};`)
  assert.equal(readFileSync(copy, 'utf8'), 'import a,{request as b}from"./loud-http.js";b(a)\n')
  assert.match(readFileSync(join(folder, 'loud-http.js'), 'utf8'), /throw new Error/)
})

test('a script that sends nothing by k6/http cannot be made to throw', (t) => {
  const folder = folderOf(t)
  assert.throws(() => throwing('k6', put(join(folder, 'dist', 'burst.js'), 'import "k6"'), folder), /sends nothing by k6\/http/)
})
