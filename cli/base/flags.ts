/** The flags of `loadgate run`, made from the settings table so that neither can have what the other lacks. */
import { Option } from 'commander'
import { SETTINGS, type SettingName } from '../../lib/base/settings.ts'

interface Declared {
  type: string
  doc: string
  default?: string | number
  choices?: readonly string[]
  secret?: boolean
}

/** What the command itself decides: the results folder has its own flag. */
const NOT_A_FLAG: readonly SettingName[] = ['RESULTS_DIR']

const PLACEHOLDERS: Partial<Record<SettingName, string>> = {
  TARGET: '<file|name>',
  BASE_URL: '<url>',
  ALLOW_TARGET: '<host>',
  THRESHOLDS: '<file>',
}
const BY_TYPE: Record<string, string> = {
  text: '<text>',
  integer: '<count>',
  number: '<number>',
  duration: '<time>',
  choice: '<name>',
}

export const flagOf = (name: string): string => `--${name.toLowerCase().replaceAll('_', '-')}`
/** The property that commander stores a flag under. */
const keyOf = (name: string): string => name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const firstSentence = (doc: string): string => doc.match(/^.*?[.;](?=\s|$)/)?.[0].replace(/[.;]$/, '') ?? doc

const declarations = Object.entries(SETTINGS) as [SettingName, Declared][]
export const FLAGGED: readonly SettingName[] = declarations
  .filter(([name, declared]) => !declared.secret && !NOT_A_FLAG.includes(name))
  .map(([name]) => name)

function help(declared: Declared): string {
  const notes = [
    ...(declared.choices ? [declared.choices.join('|')] : []),
    ...(declared.type === 'duration' ? ['such as 500ms, 30s, 10m'] : []),
    ...(declared.default === undefined || declared.type === 'flag' ? [] : [`default ${declared.default}`]),
  ]
  return firstSentence(declared.doc) + (notes.length > 0 ? ` (${notes.join('; ')})` : '')
}

export function settingOptions(names: readonly SettingName[] = FLAGGED): Option[] {
  return declarations
    .filter(([name]) => names.includes(name))
    .map(([name, declared]) => {
      const placeholder = declared.type === 'flag' ? '' : ` ${PLACEHOLDERS[name] ?? BY_TYPE[declared.type]}`
      return new Option(flagOf(name) + placeholder, help(declared))
    })
}

/** Flags as the settings they stand for. */
export function settingsFromFlags(options: Readonly<Record<string, unknown>>): Record<string, string> {
  const given: Record<string, string> = {}
  for (const name of FLAGGED) {
    const value = options[keyOf(name)]
    if (value !== undefined) given[name] = String(value)
  }
  return given
}
