/**
 * Writes what is made from other files: the JSON schemas of thresholds and target files, the tables of settings, metrics, k6's options and gates, the
 * reference of the library, and the CI jobs that pages show.
 * `node --import tsx build/generate.ts` writes them; with `--check` it writes nothing, names what is stale and exits with 1.
 */
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { toJsonSchema } from '@valibot/to-json-schema'
import { getDescription } from 'valibot'
import { writeAtomic } from '../cli/base/atomic.ts'
import { FLAGGED, flagOf } from '../cli/base/flags.ts'
import { projectOf } from '../cli/base/project.ts'
import { ASSUMED, shareOf } from '../cli/capacity/plan/forecast.ts'
import { githubWorkflow, gitlabJob } from '../cli/init/ci-jobs.ts'
import { manifests, yaml } from '../cli/kubernetes/manifests.ts'
import { clusterRequest } from '../cli/kubernetes/request.ts'
import { SECRETS, SETTINGS, type SettingName } from '../lib/base/settings.ts'
import type { AnyEndpoint } from '../lib/endpoint/endpoint.ts'
import { WINDOW_KINDS } from '../lib/gates/catalogue.ts'
import { EVIDENCE, samplesFor } from '../lib/gates/evidence.ts'
import type { GateKind, WindowKind } from '../lib/gates/kind.ts'
import { METRIC, type MetricKind } from '../lib/gates/metric.ts'
import { RUN as RUN_KINDS } from '../lib/gates/run.ts'
import { thresholdsSchema } from '../lib/gates/thresholds.ts'
import { METRICS, type MetricDeclaration } from '../lib/metrics/list.ts'
import { K6_OPTIONS, type K6Option, type Treatment } from '../lib/run/k6-options/table.ts'
import * as ready from '../lib/target/catalogue.ts'
import { targetSchema } from '../lib/target/schema.ts'
import { apiSections } from './api-page.ts'

const root = new URL('..', import.meta.url).pathname

/** JSON has no infinite numbers, so its schemas need not rule them out. */
const NOT_IN_JSON = ['finite']

function schemaText(schema: typeof thresholdsSchema | typeof targetSchema, source: string): string {
  const { $schema, ...json } = toJsonSchema(schema, { ignoreActions: NOT_IN_JSON })
  return `${JSON.stringify({ $schema, $comment: `Made from ${source} by build/generate.ts.`, ...json }, null, '\t')}\n`
}

interface Declared {
  type: string
  doc: string
  default?: string | number
  choices?: readonly string[]
  min?: number
  max?: number
}

function valuesText({ type, choices, min, max }: Declared): string {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ')
  if (type === 'flag') return '`true`, `false`'
  if (type === 'text') return 'text'
  return `${type === 'duration' ? 'time' : type}, ${min} to ${max}${type === 'duration' ? ' s' : ''}`
}

/** A table as the formatter wants it: columns of one width. */
function tableText([head = [], ...rows]: readonly string[][]): string {
  const width = (column: number): number => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0))
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(width(column))).join(' | ')} |`
  return [line(head), line(head.map((_, column) => '-'.repeat(width(column)))), ...rows.map(line)].join('\n')
}

function settingsTable(): string {
  const rows = (Object.entries(SETTINGS) as [SettingName, Declared][]).map(([name, declared]) => {
    const flag = FLAGGED.includes(name) ? `\`${flagOf(name)}\`` : SECRETS.includes(name) ? 'environment only' : ''
    const usual = declared.default === undefined ? '' : `\`${declared.default}\``
    return [`\`${name}\``, flag, valuesText(declared), usual, declared.doc.replaceAll('|', '\\|')]
  })
  return tableText([['setting', 'flag of `loadgate run`', 'values', 'default', 'meaning'], ...rows])
}

const PLAIN: Record<Treatment, (row: K6Option) => string> = {
  refused: ({ option }) => `stops ${option === undefined ? 'at init' : 'in `setup()`, the variable at init'}`,
  'refused by run': () => 'taken',
  checked: ({ option }) => `looked at ${option === undefined ? 'at init' : 'in `setup()`'}`,
  harmless: () => 'taken',
}
const RUN: Record<Treatment, string> = {
  refused: 'refused',
  'refused by run': 'refused',
  checked: 'looked at',
  harmless: 'taken',
}

function k6OptionsTable(): string {
  const rows = K6_OPTIONS.map((row) => {
    const { flag, short, variables, option, treatment, why, use, plain } = row
    const flags = [...(flag === undefined ? [] : [`--${flag}`]), ...(short === undefined ? [] : [`-${short}`])]
    const settings = use === undefined ? '' : `; use ${use.map(code).join(', ')}`
    return [
      flags.map(code).join(', '),
      variables.map(code).join(', '),
      option === undefined ? '' : code(option),
      RUN[treatment],
      plain ?? PLAIN[treatment](row),
      (why + settings).replaceAll('|', '\\|'),
    ]
  })
  return tableText([
    ['flag', 'environment', 'option', '`loadgate run`', 'plain k6', 'what it would do, and what to use'],
    ...rows,
  ])
}

const code = (text: string) => `\`${text}\``
const samplesText = (percentile: number | undefined): string =>
  percentile === undefined ? '' : String(samplesFor(percentile)).replace(/(?=000$)/, ',')
const holdsText = ({ schema, always = '' }: GateKind): string => (schema && getDescription(schema)) ?? always

/** Every kind of gate: those of windows, of metrics, and those that no file asks for. */
function gatesTable(): string {
  const ofWindow = Object.entries<WindowKind>(WINDOW_KINDS).map(([key, row]) => {
    const keys = [...(row.beside === undefined ? [] : [row.beside.key]), key].map((one) => code(row.ofRun ? `run.${one}` : one))
    const always = row.schema === undefined ? 'always' : row.default === undefined ? '' : `always; ${row.default}`
    return [keys.join(' with '), row.label, holdsText(row), samplesText(row.percentile), always]
  })
  const ofMetric = Object.entries<MetricKind>(METRIC).map(([key, row]) => {
    const percentile = typeof row.stat === 'number' ? row.stat : undefined
    return [code(`metrics.<name>.${key}`), row.label, holdsText(row), samplesText(percentile), '']
  })
  const ofRun = Object.entries<GateKind>({ ...RUN_KINDS, ...EVIDENCE }).map(([key, row]) => [
    code(key),
    row.label,
    holdsText(row),
    '',
    'always',
  ])
  return tableText([['limit', 'gate', 'holds when, or why', 'samples', 'without it'], ...ofWindow, ...ofMetric, ...ofRun])
}

/** The file with what stands between its marks replaced; a file that has no place for one is a mistake. */
function withTable(file: string, mark: string, table: string): string {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`]
  const text = readFileSync(root + file, 'utf8')
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined)
    throw new Error(`${file}: expected ${begin} and ${end}, with what is made between them`)
  return `${before}${begin}\n\n${table}\n\n${end}${after}`
}

function metricsTable(): string {
  const rows = Object.entries<MetricDeclaration>(METRICS).map(([name, { type, unit, doc, evidence = '' }]) => [
    code(name),
    type,
    unit,
    evidence && code(evidence),
    doc.replaceAll('|', '\\|'),
  ])
  return tableText([['metric', 'type', 'unit', 'samples are counted by', 'meaning'], ...rows])
}

/** What the package exports, with its TSDoc. */
function api(): string {
  const descriptors = new Map<string, AnyEndpoint>(Object.entries(ready))
  const rowOf = (name: string, sentences: string): string[] => {
    const { name: tag, method, path, rpc } = descriptors.get(name) as AnyEndpoint
    return [code(name), code(tag), code(`${method} ${path}`) + (typeof rpc === 'string' ? `, ${code(rpc)}` : ''), sentences]
  }
  return apiSections([...descriptors.keys()], (sentences) =>
    tableText([
      ['export', 'name', 'request', 'what it sends'],
      ...[...sentences].map(([name, text]) => rowOf(name, text.replaceAll('|', '\\|'))),
    ]),
  )
}

/** The job that `loadgate init` writes, for a gateway on a host of its own whose tokens are asked for with a secret. */
function job(make: typeof githubWorkflow): string {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }
  const target = {
    name: 'shop',
    base_url: 'https://staging.example.com',
    auth: { flow: 'client_credentials' },
    endpoints: {},
  } as const
  return `\`\`\`yaml\n${make(version, target)}\`\`\``
}

const API = 'docs/reference/api.md'
const GITHUB = 'docs/how-to/github.md'
const GITLAB = 'docs/how-to/gitlab.md'
const SETTINGS_PAGE = 'docs/reference/settings.md'
const K6 = 'docs/reference/k6-options.md'
const METRICS_PAGE = 'docs/reference/metrics.md'
const GATES = 'docs/reference/thresholds.md'
const generated: Record<string, string> = {
  'thresholds/schema.json': schemaText(thresholdsSchema, 'lib/gates/thresholds.ts'),
  'targets/schema.json': schemaText(targetSchema, 'lib/target/schema.ts'),
  ...(existsSync(root + SETTINGS_PAGE) ? { [SETTINGS_PAGE]: withTable(SETTINGS_PAGE, 'settings', settingsTable()) } : {}),
  ...(existsSync(root + METRICS_PAGE) ? { [METRICS_PAGE]: withTable(METRICS_PAGE, 'metrics', metricsTable()) } : {}),
  ...(existsSync(root + GATES) ? { [GATES]: withTable(GATES, 'gates', gatesTable()) } : {}),
  ...(existsSync(root + GITHUB) ? { [GITHUB]: withTable(GITHUB, 'job', job(githubWorkflow)) } : {}),
  ...(existsSync(root + GITLAB) ? { [GITLAB]: withTable(GITLAB, 'job', job(gitlabJob)) } : {}),
  ...(existsSync(root + API) ? { [API]: withTable(API, 'api', api()) } : {}),
  ...(existsSync(root + K6) ? { [K6]: withTable(K6, 'k6-options', k6OptionsTable()) } : {}),
}

/** The base for kustomize: what `loadgate kubernetes burst --parallelism 2` writes, but for the bundle and the token. */
function kustomizeBase(folder: string): Record<string, string> {
  if (!existsSync(root + folder)) return {}
  const project = projectOf(import.meta.url)
  const given = { parallelism: '2', baseUrl: 'http://gateway:8080', allowTarget: 'gateway' }
  const script = { name: 'burst', description: '' }
  const request = { ...clusterRequest(project, './scripts/burst.ts', given, [], {}), script, keep: true }
  const share = shareOf({ rate: 1000, requests: 60_000, vus: 1000, connections: 0 }, request.parallelism, ASSUMED)
  const all = manifests(request, { files: {}, bundle: 'burst.js', token: '', share, duration: 60 })
  return Object.fromEntries(
    (['network', 'judge', 'testrun'] as const).map((part) => [
      `${folder}/${part}.yaml`,
      `# Made from cli/kubernetes/manifests.ts by build/generate.ts.\n${yaml(all[part])}`,
    ]),
  )
}
Object.assign(generated, kustomizeBase('deploy/kubernetes'))

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const stale = Object.entries(generated).filter(
  ([file, text]) => !existsSync(root + file) || readFileSync(root + file, 'utf8') !== text,
)
for (const [file, text] of stale) {
  if (options.check) console.error(`${file} is stale: run node --import tsx build/generate.ts`)
  else writeAtomic(root + file, text)
}
if (options.check && stale.length > 0) process.exitCode = 1
