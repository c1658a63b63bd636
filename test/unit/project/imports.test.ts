import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { build } from 'esbuild'
import { circlesOf, faultsOf } from './import-rules.ts'
import { filesIn, importsIn, importsOf } from './read-imports.ts'

const FOLDERS = ['lib', 'scripts', 'cli', 'gateway', 'bench', 'test/hostile'].filter((folder) => existsSync(folder))
const imports = importsOf(FOLDERS)

test('imports point down the house only', () => {
  assert.deepEqual(faultsOf(imports), [])
})

test('no files import each other in a circle, not even their types', () => {
  assert.deepEqual(circlesOf(imports), [])
})

/** The folder of a subject, `cli/verdict` of `cli/verdict/diagnosis/advice.ts`; a file that stands beside them is one for itself. */
const subjectOf = (file: string): string => file.split('/').slice(0, 2).join('/')

test('no folders of the command or of the gateway import each other in a circle', () => {
  const between = imports
    .map(({ from, to, typeOnly }) => ({ from: subjectOf(from), to: subjectOf(to), typeOnly }))
    .filter(({ from, to }) => /^(cli|gateway)\//.test(from) && /^(cli|gateway)\//.test(to) && from !== to)
  assert.deepEqual(circlesOf(between), [])
})

test('every import in a folder of ours ends in the name of a file that is there', () => {
  const missing = imports.filter(({ to }) => /^(lib|scripts|cli|gateway|bench)\//.test(to) && !existsSync(to))
  assert.deepEqual(missing, [])
})

test('an import that points up is seen', () => {
  for (const [from, to, fault] of [
    ['lib/rest/health.ts', 'lib/vu/http.ts', 'lib/rest/health.ts (lib/rest) imports lib/vu/http.ts (lib/vu): that points up'],
    ['lib/rest/health.ts', 'lib/base/settings.ts', undefined],
    ['lib/rest/health.ts', 'lib/target/target.ts', 'that points up'],
    ['lib/rest/health.ts', 'lib/described/endpoint.ts', 'that points up'],
    ['lib/base/settings.ts', 'lib/target/target.ts', 'that points up'],
    ['lib/target/features.ts', 'lib/vu/schedule.ts', 'that points up'],
    ['lib/websocket/sessions.ts', 'lib/run/spec.ts', 'that points up'],
    ['lib/windows/workload.ts', 'lib/gates/gates.ts', 'that points up'],
    ['lib/vu/http.k6.ts', 'lib/gates/gates.ts', 'that points up'],
    ['lib/vu/http.k6.ts', 'lib/summary/collect.ts', 'that points up'],
    ['lib/vu/http.k6.ts', 'lib/metrics/metrics.k6.ts', undefined],
    ['lib/gates/gates.ts', 'lib/summary/collect.ts', 'that points up'],
    ['lib/gates/gates.ts', 'lib/vu/schedule.ts', 'that points up'],
    ['lib/summary/collect.ts', 'lib/gates/model.ts', undefined],
    ['lib/summary/collect.ts', 'lib/run/spec.ts', 'that points up'],
    ['lib/run/plan.k6.ts', 'lib/vu/traffic.k6.ts', undefined],
    ['lib/run/first-pass.ts', 'targets/reference.json', undefined],
    ['lib/target/target.ts', 'targets/reference.json', 'that points up'],
    ['lib/run/plan.k6.ts', 'lib/mod.ts', 'that points up'],
    ['lib/run/plan.k6.ts', 'scripts/burst.ts', 'that points up'],
    ['lib/run/plan.k6.ts', 'cli/commands/run/run.ts', 'that points up'],
    ['lib/mod.ts', 'lib/run/plan.k6.ts', undefined],
    ['lib/new/plan.ts', 'lib/base/errors.ts', 'belongs to no part'],
    ['scripts/burst.ts', 'lib/run/plan.k6.ts', undefined],
    ['scripts/burst.ts', 'lib/gates/gates.ts', 'that points up'],
    ['cli/commands/run/run.ts', 'lib/base/settings.ts', undefined],
    ['cli/commands/run/run.ts', 'lib/rest/health.ts', 'that points up'],
    ['cli/generator/answer-check.ts', 'lib/endpoint/endpoint.ts', undefined],
    ['cli/commands/run/run.ts', 'gateway/server/app.ts', 'that points up'],
    ['gateway/server/app.ts', 'lib/base/errors.ts', 'that points up'],
    ['lib/base/errors.ts', 'gateway/base/errors.ts', 'that points up'],
    ['test/hostile/runs.ts', 'cli/k6/provision.ts', 'that points up'],
    ['test/hostile/gateway/rpc.ts', 'gateway/base/errors.ts', 'that points up'],
    ['lib/base/errors.ts', 'test/unit/lib/refuses.ts', 'belongs to no part'],
  ] as const)
    for (const typeOnly of [true, false]) {
      const [found, ...more] = faultsOf([{ from, to, typeOnly }])
      assert.equal(more.length, 0)
      assert.ok(fault === undefined ? found === undefined : found?.includes(fault), `${from} -> ${to}: ${found}`)
    }
})

test('k6 runs in files that are called *.k6.ts only; its types, and theirs, may be used in all of lib/', () => {
  const faults = (from: string, typeOnly: boolean, to = 'k6/http') => faultsOf([{ from, to, typeOnly }]).length
  for (const from of ['lib/vu/http.k6.ts', 'lib/metrics/metrics.k6.ts', 'lib/run/plan.k6.ts'])
    assert.equal(faults(from, false), 0, from)
  for (const from of [
    'lib/windows/workload.ts',
    'lib/run/first-pass.ts',
    'lib/metrics/list.ts',
    'lib/websocket/frame.ts',
    'lib/rest/health.ts',
    'lib/gates/gates.ts',
    'scripts/burst.k6.ts',
    'cli/commands/run/run.ts',
    'gateway/server/app.ts',
  ])
    assert.equal(faults(from, false), 1, from)
  assert.equal(faults('lib/windows/workload.ts', true), 0)
  assert.equal(faults('gateway/server/app.ts', true), 1)
  assert.equal(faults('lib/windows/workload.ts', false, 'k6'), 1)
  assert.equal(faults('lib/sse/sse.k6.ts', false, 'k6/x/sse'), 1)
  const throughAnother = 'lib/vu/http.k6.ts'
  assert.equal(faults('lib/run/first-pass.ts', false, throughAnother), 1)
  assert.equal(faults('lib/run/first-pass.ts', true, throughAnother), 0)
  assert.equal(faults('cli/commands/run/run.ts', false, throughAnother), 1)
  assert.equal(faults('lib/mod.ts', false, throughAnother), 0)
  assert.equal(faults('scripts/burst.ts', false, throughAnother), 0)
})

test('a circle is seen', () => {
  const edge = (from: string, to: string) => ({ from, to, typeOnly: true })
  assert.deepEqual(circlesOf([edge('a', 'b'), edge('b', 'c'), edge('c', 'a'), edge('c', 'd')]), [['a', 'b', 'c', 'a']])
  assert.deepEqual(circlesOf([edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd')]), [])
})

test('every form of import is read', () => {
  const text = `
import './side.ts'
import one from './one.ts'
import * as all from '../all.ts'
import { a, type B } from './mixed.ts'
import { type A, type B } from './types.ts'
import type { C } from './type.ts'
import {
  d,
  type E,
} from './lines.ts'
export { f } from './export.ts'
export * from './star.ts'
export type { G } from './exported-type.ts'
// import './comment.ts'
/* import './block.ts' */
const later = await import('./later.ts')
import http from 'k6/http'
`
  assert.deepEqual(
    importsIn('lib/x/file.ts', text).map(({ to, typeOnly }) => [to, typeOnly]),
    [
      ['lib/x/side.ts', false],
      ['lib/x/one.ts', false],
      ['lib/all.ts', false],
      ['lib/x/mixed.ts', false],
      ['lib/x/types.ts', true],
      ['lib/x/type.ts', true],
      ['lib/x/lines.ts', false],
      ['lib/x/export.ts', false],
      ['lib/x/star.ts', false],
      ['lib/x/exported-type.ts', true],
      ['k6/http', false],
      ['lib/x/later.ts', false],
    ],
  )
})

test('no import that a bundler sees is missed by this reader', async () => {
  const entryPoints = FOLDERS.flatMap(filesIn).filter((file) => !file.endsWith('.d.ts'))
  const { metafile } = await build({
    entryPoints,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'x',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
    loader: { '.html': 'text', '.css': 'text' },
  })
  const read = new Set(imports.map(({ from, to }) => `${from} -> ${to}`))
  let seen = 0
  for (const [from, input] of Object.entries(metafile.inputs))
    for (const { path } of input.imports) {
      if (!from.endsWith('.ts') || !FOLDERS.some((folder) => from.startsWith(`${folder}/`))) continue
      seen++
      assert.ok(read.has(`${from} -> ${path}`), `${from} -> ${path}`)
    }
  assert.ok(seen > 200, `${seen} imports`)
})
