/** Reads the static imports of TypeScript files, those of types included, which no bundler shows. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Import } from './import-rules.ts'

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm
const STATEMENT = /^(?:import|export)\s+(type\s)?([^'"`;=]*?)\s*from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/gm
const DYNAMIC = /\b(?:import|require)\(\s*['"]([^'"]+)['"]/g

/** `{ type A, type B }`: nothing is left of it when the program runs. */
const namesTypesOnly = (names: string): boolean =>
  /^\{[^}]*\}$/.test(names.trim()) &&
  names
    .replace(/[{}]/g, '')
    .split(',')
    .every((name) => name.trim() === '' || /^\s*type\s/.test(name))

/** @param file path from the root of the project */
export function importsIn(file: string, text: string): Import[] {
  const code = text.replace(COMMENT, '')
  const resolve = (specifier: string): string => (specifier.startsWith('.') ? join(dirname(file), specifier) : specifier)
  const made = [...code.matchAll(STATEMENT)].map(([, type, names = '', from, bare]) => ({
    from: file,
    to: resolve(from ?? bare ?? ''),
    typeOnly: bare === undefined && (type !== undefined || namesTypesOnly(names)),
  }))
  const dynamic = [...code.matchAll(DYNAMIC)].map(([, to = '']) => ({ from: file, to: resolve(to), typeOnly: false }))
  return [...made, ...dynamic]
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts)$/.test(entry.name))
    .map((entry) => relative('.', join(entry.parentPath, entry.name)))
    .sort()
}

export const importsOf = (folders: readonly string[]): Import[] =>
  folders.flatMap(filesIn).flatMap((file) => importsIn(file, readFileSync(file, 'utf8')))
