/** What the README and docs/ say is so: links lead somewhere, and every flag, setting, metric and message in them is there. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { EXIT } from '../../../cli/base/errors.ts'
import { examine } from '../../../cli/capacity/doctor/checks.ts'
import { FAILURE_CLASSES } from '../../../lib/base/outcome.ts'
import { check } from '../../../lib/base/schema.ts'
import { SETTINGS } from '../../../lib/base/settings.ts'
import { thresholdsSchema } from '../../../lib/gates/thresholds.ts'
import { METRICS } from '../../../lib/metrics/list.ts'
import { allDescriptors } from '../../contract/descriptors.ts'
import { allPages, type Page, readPage } from '../../docs/pages.ts'
import { flagsOf, knownFlags } from '../../docs/vocabulary.ts'
import { filesIn } from './read-imports.ts'

const pages = allPages()
const scripts = readdirSync('scripts').map((file) => file.replace('.ts', ''))
const sources = ['cli', 'lib', 'gateway', 'test/unit/fuzz', 'test/hostile', 'test/kubernetes']
  .flatMap(filesIn)
  .map((file) => readFileSync(file, 'utf8'))
const pageOf = (file: string) => pages.find((page) => page.file === file) ?? assert.fail(`no page ${file}`)

test('the README is short, and every script has a guide and a row in it', () => {
  const { text, links } = pageOf('README.md')
  assert.ok(text.split('\n').length <= 121, 'at most 120 lines')
  assert.ok(Buffer.byteLength(text) <= 8192, 'at most 8 KB')
  for (const script of scripts) {
    assert.ok(existsSync(`docs/reference/scripts/${script}.md`), `docs/reference/scripts/${script}.md`)
    assert.ok(links.includes(`docs/reference/scripts/${script}.md`), `the README does not link the guide of ${script}`)
  }
})

test('no page has what a merge left undecided', () => {
  for (const { file, text } of pages) assert.doesNotMatch(text, /^(<{7}|>{7}|={7}$|(> ){7})/m, file)
})

test('the index links every page of docs/, and the README the index and what lies beside it', () => {
  const linked = ({ file, links }: Page): string[] => links.map((link) => join(dirname(file), link.split('#')[0] ?? ''))
  const index = pageOf('docs/index.md')
  const reached = new Set([...linked(pageOf('README.md')), ...linked(index)])
  const lost = pages.filter(({ file }) => file !== 'README.md' && !reached.has(file))
  assert.deepEqual(
    lost.map(({ file }) => file),
    [],
    'pages that no index links',
  )
})

test('relative links lead to files that are there, and to titles that they have', () => {
  for (const { file, links } of pages)
    for (const link of links.filter((link) => !/^https?:/.test(link))) {
      const [path = '', title] = link.split('#')
      const to = path === '' ? file : join(dirname(file), path)
      assert.ok(existsSync(to), `${file}: ${link}`)
      const titles =
        title === undefined ? [] : [...readFileSync(to, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => anchor(text))
      if (title !== undefined) assert.ok(titles.includes(title), `${file}: ${link}: no such title`)
    }
})

const anchor = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')

test('every flag in a line of text is one of a program that the page is about', () => {
  // Commands for the system are those of doctor, below.
  for (const { file, inline } of pages)
    for (const code of inline.filter((code) => !code.startsWith('sudo ')))
      for (const flag of flagsOf(code)) assert.ok(knownFlags().has(flag), `${file}: ${flag} in \`${code}\``)
})

test('a flag, a link and a setting that are not there are found', () => {
  const page = readPage('x.md', 'Give `--rte 5` or `loadgate run --rate=5`; see [it](none.md).\n')
  assert.deepEqual(
    page.inline.flatMap(flagsOf).filter((flag) => !knownFlags().has(flag)),
    ['--rte'],
  )
  assert.deepEqual(page.links, ['none.md'])
  assert.equal(isKnownName('RATE_OF_NOTHING'), false)
})

/** Settings, variables of k6, and other names in capitals that the program itself has. */
const isKnownName = (name: string): boolean =>
  name in SETTINGS || name.startsWith('K6_') || sources.some((text) => new RegExp(`\\b${name}\\b`).test(text))

test('every setting and variable is one', () => {
  for (const { file, inline } of pages)
    for (const code of inline)
      for (const [, name = ''] of code.matchAll(/(?<![\w.<:/])([A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]{4,})(?![\w…])/g))
        assert.ok(isKnownName(name), `${file}: ${name} in \`${code}\``)
})

test('every setting that k6 is given by -e in a block is one', () => {
  for (const { text, where } of pages.flatMap(({ blocks }) => blocks))
    for (const [, name = ''] of text.matchAll(/-e (\w+)=/g)) assert.ok(name in SETTINGS, `${where}: -e ${name}`)
})

test('every metric is one', async () => {
  const known = new Set([...Object.keys(METRICS), ...(await allDescriptors()).keys()])
  for (const { file, inline } of pages)
    for (const code of inline)
      for (const [name] of code.matchAll(/(?<![\w./])(ws|sse|watch|bench|events|agents|probe)_[a-z][a-z_0-9]*(?![…\w])/g))
        assert.ok(known.has(name) || sources.some((text) => text.includes(name)), `${file}: ${name} in \`${code}\``)
})

test('tables of exit codes and failure classes are those of the program', () => {
  const rows = (file: string) =>
    [...pageOf(file).text.matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) => row.split('|').map((cell) => cell.trim()))
  for (const [verdict, code] of Object.entries(EXIT)) {
    const row = rows('docs/reference/exit-codes.md').find(([name]) => name === verdict)
    assert.equal(row?.[2], String(code), verdict)
  }
  const classes = rows('docs/how-to/troubleshooting.md').flatMap(([name = '']) => /^`(\w+)`$/.exec(name)?.[1] ?? [])
  assert.deepEqual(classes, [...FAILURE_CLASSES])
})

test('each message in the troubleshooting is really printed', () => {
  const headings = [...pageOf('docs/how-to/troubleshooting.md').text.matchAll(/^### (.*)$/gm)].map(([, heading = '']) => heading)
  assert.ok(headings.length > 15)
  for (const heading of headings)
    for (const part of heading.split('…').map((part) => part.replace(/^[\W_]+|[\W_]+$/g, '')))
      assert.ok(part.length < 4 || sources.some((text) => text.includes(part)), `${heading}: nobody prints "${part}"`)
})

test('tuning has a row for everything that doctor looks at, with the command that doctor prints', () => {
  const nothing = { openFiles: 1, portRange: [1, 2], twReuse: 0, somaxconn: 1, cores: 1, memoryTotal: 1, memoryFree: 1 } as const
  const bad = { ...nothing, platform: 'linux', k6: undefined, clockSource: 'hpet', clockDrift: 100, diskFree: 1 }
  const { text } = pageOf('docs/how-to/tuning.md')
  for (const { name, command = '' } of examine(bad, { rate: 1e6, vus: 28_000, connections: 0 })) {
    assert.match(text, new RegExp(`^\\| ${name} +\\|`, 'm'))
    assert.ok(text.includes((command.split('   #')[0] ?? '').trim()), `${name}: ${command}`)
  }
})

test('the page on target files has every key that one can have', () => {
  const { properties } = JSON.parse(readFileSync('targets/schema.json', 'utf8')) as { properties: Record<string, Schema> }
  const endpoint = properties.endpoints?.additionalProperties?.anyOf?.find(({ type }) => type === 'object')?.properties ?? {}
  assert.ok(Object.keys(endpoint).length > 5)
  const { text } = pageOf('docs/reference/targets.md')
  for (const key of Object.keys(properties).filter((key) => key !== '$schema'))
    assert.match(text, new RegExp(`^\\| \`${key}[.\`]`, 'm'), key)
  for (const key of Object.keys(endpoint)) assert.ok(text.includes(`\`….${key}\``), key)
  for (const key of Object.keys(properties.auth?.properties ?? {}))
    assert.ok(text.includes(`auth.${key}`) || text.includes(`\`${key}\``), `auth.${key}`)
})

test('the worked example is what stands in its target file', () => {
  const { endpoints, auth, ...rest } = JSON.parse(readFileSync('targets/agentcore.json', 'utf8')) as Record<string, object>
  const written: Record<string, unknown> = { ...rest, ...auth, ...endpoints }
  const shown = pageOf('docs/reference/targets.md').inline.filter((code) => /^"\w+": /.test(code) && !code.includes('…'))
  assert.ok(shown.length > 5)
  for (const code of shown)
    for (const [key, value] of Object.entries(JSON.parse(`{${code}}`))) assert.deepEqual(written[key], value, code)
})

interface Schema {
  type?: string
  properties?: Record<string, Schema>
  additionalProperties?: Schema
  anyOf?: Schema[]
}

test('thresholds that a page shows are right', () => {
  const shown = pages.flatMap(({ blocks }) =>
    blocks.filter(({ language, text }) => language === 'json' && text.includes('"windows"')),
  )
  assert.ok(shown.length > 0)
  for (const { text, where } of shown) check(thresholdsSchema, JSON.parse(text), where)
})
