/** The package works where it is installed: what the built command imports comes with it, and so does what the README links to. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { docsUrl } from '../../../lib/base/docs-url.ts'
import { readPage } from '../../docs/pages.ts'
import { filesIn, importsOf } from './read-imports.ts'

const { dependencies, engines, repository, sideEffects } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>
  engines: { node: string }
  repository: { url: string }
  sideEffects: string[]
}
/** Nothing of ours imports these: types that our own name, and a version that Node 20 can run of what a dependency asks for. */
const UNIMPORTED = ['@types/k6', 'light-my-request']
/** Only what runs in a browser is bundled into what is built for Node. */
const BUNDLED = ['uplot']
const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

test('what the command and the gateway import is a dependency, and nothing else is', () => {
  const imported = importsOf(['cli', 'gateway', 'lib'])
    .filter(({ typeOnly, to }) => !typeOnly && !/^(node:|k6($|\/)|jslib:)/.test(to) && !existsSync(to))
    .map(({ to }) => packageOf(to))
  const due = [...new Set([...imported, ...UNIMPORTED])].filter((name) => !BUNDLED.includes(name)).sort()
  assert.deepEqual(Object.keys(dependencies), due)
})

test('every version is pinned', () => {
  for (const [name, version] of Object.entries(dependencies)) assert.match(version, /^\d+\.\d+\.\d+$/, name)
})

test('links of the README lead to files of the repository, which npm resolves them against', () => {
  assert.match(repository.url, /^git\+https:\/\/github\.com\/[\w-]+\/[\w-]+\.git$/)
  const links = readPage('README.md').links.filter((link) => !link.startsWith('http'))
  for (const link of links) assert.ok(existsSync(link.split('#')[0] ?? ''), `${link} is not there`)
})

test('pages are named where who has the package only can read them', () => {
  assert.equal(docsUrl('index.md'), repository.url.replace(/^git\+(.*)\.git$/, '$1/blob/main/docs/index.md'))
  const named = filesIn('cli')
    .concat(filesIn('lib'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/docsUrl\(['`]([^'`]+)['`]\)/g)].map(([, page = '']) => page))
  assert.ok(named.length >= 4)
  for (const page of named) assert.ok(existsSync(`docs/${page.replace(/\$\{\w+\}/, 'burst')}`), page)
})

test('the oldest Node that the command starts on is the one that the package asks for', () => {
  const [, least] = /^const LEAST = (\d+)$/m.exec(readFileSync('cli/main.ts', 'utf8')) ?? []
  assert.equal(engines.node, `>=${least}`)
})

test('only files whose import alone does something are kept where nothing of them is used', () => {
  const bare = importsOf(['lib', 'scripts']).filter(({ from, to }) =>
    new RegExp(`^import '[^']*${basename(to)}'`, 'm').test(readFileSync(from, 'utf8')),
  )
  const kept = bare.flatMap(({ to }) => [`./${to}`, `./dist/${to.replace(/\.ts$/, '.js')}`])
  assert.deepEqual(sideEffects, kept)
})
