/** The reference of the library: everything that can be imported is there, with a sentence and its declaration. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as endpoints from '../../../lib/target/catalogue.ts'
import { readPage } from '../../docs/pages.ts'

const { text, links, blocks } = readPage('docs/reference/api.md')
const entries = text.split(/^### /m).slice(1)
const titles = entries.map((entry) => entry.split('\n')[0] ?? '')

test('what is exported is there', () => {
  const [, listed = ''] = /^export \{([^}]*)\} from '\.\/endpoint\/rules\.ts'$/m.exec(readFileSync('lib/mod.ts', 'utf8')) ?? []
  const rules = listed.split(',').map((name) => name.trim().replace(/^type (.*)$/, '$1 (type)'))
  assert.ok(rules.length > 5)
  for (const title of ['plan', 'endpoint', 'metric', 'PlanSpec (type)', 'WindowSpec (type)', 'k6Scripts', ...rules])
    assert.ok(titles.includes(title), title)
  for (const [name, { name: tag }] of Object.entries(endpoints))
    assert.match(text, new RegExp(`^\\| \`${name}\` +\\| \`${tag}\` +\\| \`[A-Z]+ /.*\\| \\S.* \\|$`, 'm'), name)
})

test('every entry has a sentence and a declaration, without its body', () => {
  for (const entry of entries) {
    const [title, , sentence = ''] = entry.split('\n')
    assert.match(sentence, /^[A-Z-].*/, `${title} has no TSDoc`)
    assert.match(entry, /^```ts\n(function|const|interface|type) /m, title)
  }
  const declared = blocks.filter(({ text }) => /^(function|interface|type) /.test(text))
  assert.ok(declared.length > 20)
  for (const { text, where } of declared) assert.doesNotMatch(text, /=> \{|^ +return /m, where)
})

test('an entry links the types that it names, and those are there', () => {
  assert.match(entries.find((entry) => entry.startsWith('endpoint\n')) ?? '', /^Types: \[EndpointSpec\]\(#endpointspec-type\), /m)
  const anchors = titles.map((title) => `#${title.toLowerCase().replace(/[()]/g, '').replaceAll(' ', '-')}`)
  const here = links.filter((link) => link.startsWith('#'))
  assert.ok(here.length > 50)
  for (const link of here) assert.ok(anchors.includes(link), link)
})

test('examples are blocks with a language, and optional parts keep their marks', () => {
  assert.ok(blocks.some(({ language, text }) => language === 'ts' && text.startsWith('export const { options, setup,')))
  assert.match(text, /^ {2}base_url\?: string$/m)
})
