/** The package works where it is installed: what the built command imports comes with it, and so does what the README links to. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readPage } from '../../docs/pages.ts'
import { importsOf } from './read-imports.ts'

const { dependencies, files } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>
  files: string[]
}
/** Only what runs in a browser is bundled into what is built for Node. */
const BUNDLED = ['uplot']
const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

test('what the command and the gateway import is a dependency, and nothing else is', () => {
  const imported = importsOf(['cli', 'gateway', 'lib'])
    .filter(({ typeOnly, to }) => !typeOnly && !/^(node:|k6($|\/)|jslib:)/.test(to) && !existsSync(to))
    .map(({ to }) => packageOf(to))
  assert.deepEqual(Object.keys(dependencies), [...new Set(imported)].filter((name) => !BUNDLED.includes(name)).sort())
})

test('every version is pinned', () => {
  for (const [name, version] of Object.entries(dependencies)) assert.match(version, /^\d+\.\d+\.\d+$/, name)
})

test('pages and files that the README links to are in the package', () => {
  const links = readPage('README.md').links.filter((link) => !link.startsWith('http'))
  for (const link of links) assert.ok(files.includes(link.split(/[/#]/)[0] ?? ''), `${link} is not among files of package.json`)
})
