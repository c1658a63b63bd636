/**
 * Writes what is made from other files: the JSON schemas of thresholds and target files, and the README's table of settings.
 * `node --import tsx generate.ts` writes them; with `--check` it writes nothing, names what is stale and exits with 1.
 */
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { toJsonSchema } from '@valibot/to-json-schema'
import { writeAtomic } from './cli/atomic.ts'
import { FLAGGED, flagOf, SECRETS } from './cli/flags.ts'
import { SETTINGS, type SettingName } from './lib/settings.ts'
import { targetSchema } from './lib/target/schema.ts'
import { thresholdsSchema } from './lib/thresholds.ts'

const root = new URL('.', import.meta.url).pathname

/** JSON has no infinite numbers, so its schemas need not rule them out. */
const NOT_IN_JSON = ['finite']

function schemaText(schema: typeof thresholdsSchema | typeof targetSchema, source: string): string {
  const { $schema, ...json } = toJsonSchema(schema, { ignoreActions: NOT_IN_JSON })
  return `${JSON.stringify({ $schema, $comment: `Made from ${source} by generate.ts.`, ...json }, null, 2)}\n`
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

const BEGIN = '<!-- settings -->'
const END = '<!-- /settings -->'

/** The file with its table replaced; a file that has no place for one is a mistake. */
function withSettings(file: string): string {
  const text = readFileSync(root + file, 'utf8')
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined)
    throw new Error(`${file}: expected ${BEGIN} and ${END}, with the table between them`)
  return `${before}${BEGIN}\n\n${settingsTable()}\n\n${END}${after}`
}

const README = 'README.md'
const generated: Record<string, string> = {
  'thresholds/schema.json': schemaText(thresholdsSchema, 'lib/thresholds.ts'),
  'targets/schema.json': schemaText(targetSchema, 'lib/target/schema.ts'),
  ...(existsSync(root + README) ? { [README]: withSettings(README) } : {}),
}

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const stale = Object.entries(generated).filter(
  ([file, text]) => !existsSync(root + file) || readFileSync(root + file, 'utf8') !== text,
)
for (const [file, text] of stale) {
  if (options.check) console.error(`${file} is stale: run node --import tsx generate.ts`)
  else writeAtomic(root + file, text)
}
if (options.check && stale.length > 0) process.exitCode = 1
