import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after } from 'node:test'
import fc from 'fast-check'
import { reportPage } from '../../../cli/report/html/page.ts'
import { readResults } from '../../../cli/report/read-results.ts'
import { show } from '../../../cli/report/show.ts'
import { quietTerminal } from '../cli/made-up-project.ts'
import { mutate, mutation } from './mutation.ts'
import { property } from './property.ts'

const OLD = new URL('../cli/report/', import.meta.url).pathname
const parent = mkdtempSync(join(tmpdir(), 'loadgate-fuzz-'))
after(() => rmSync(parent, { recursive: true, force: true }))
for (const results of ['results-of-schema-1', 'results-of-schema-2'])
  cpSync(join(OLD, results), join(parent, results), { recursive: true })

const NAMES = [
  ...['verdict.json', 'summary.json', 'series.json', 'generator.json'].map((name) => `results-of-schema-1/${name}`),
  ...['summary.json', 'generator.json', 'books.json'].map((name) => `results-of-schema-2/${name}`),
]
const textOf = (name: string): string => readFileSync(join(OLD, name), 'utf8')

/** Everything that looks at a finished run, on a folder of which one file is another. */
function lookAt(name: string, text: string): void {
  const folder = dirname(join(parent, name))
  writeFileSync(join(parent, name), text)
  try {
    const results = readResults(folder)
    const { terminal } = quietTerminal()
    assert.equal(show(folder, folder, terminal), 0)
    assert.match(reportPage(results, { script: '', style: '' }), /^<!doctype html>/i)
    for (const problem of results.problems) assert.match(problem, /^[\w.]+ (is|does) /)
  } catch (error) {
    const { name: kind, message, stack } = error as Error
    assert.equal(kind, 'UsageError', stack)
    assert.equal(basename(name), 'verdict.json', message)
    assert.match(message, /verdict\.json (is|does) /)
  } finally {
    writeFileSync(join(parent, name), textOf(name))
  }
}

const changed = fc.record({ name: fc.constantFrom(...NAMES), changes: fc.array(mutation, { minLength: 1, maxLength: 2 }) })
property(
  'results of a run with changed values are shown, or it is said which file cannot be read',
  changed,
  250,
  ({ name, changes }) => {
    let text = textOf(name)
    for (const change of changes) text = mutate(text, change)?.text ?? text
    lookAt(name, text)
  },
)

const cut = fc.record({
  name: fc.constantFrom(...NAMES, 'results-of-schema-1/k6.log'),
  at: fc.nat(),
  put: fc.string({ maxLength: 4 }),
  rest: fc.boolean(),
})
property('so are results that were cut off or broken', cut, 100, ({ name, at, put, rest }) => {
  const text = textOf(name)
  const place = at % text.length
  lookAt(name, text.slice(0, place) + put + (rest ? text.slice(place + put.length) : ''))
})

const schema = fc.oneof(fc.constantFrom('constructor', 'toString', '__proto__', 'loadgate.verdict/0', ''), fc.jsonValue())
property(
  'a schema that nobody knows has no reader',
  fc.record({ name: fc.constantFrom(...NAMES), schema }),
  50,
  ({ name, schema }) => lookAt(name, JSON.stringify({ ...JSON.parse(textOf(name)), schema })),
)
