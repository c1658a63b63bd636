/** From text to one OpenAPI 3 document whose references stay inside of it. Packages that few documents need are loaded for those. */

import { load, YAMLException } from 'js-yaml'
import { UsageError } from '../../../lib/base/errors.ts'
import { isObject } from '../../../lib/base/json.ts'
import { messageOf } from '../../base/errors.ts'

export type Json = Readonly<Record<string, unknown>>
export interface Document {
  /** OpenAPI 3.0 or 3.1. */
  root: Json
  dialect: 'openapi-3.0' | '2020-12'
}

/** More values than any description has: what YAML's aliases can make of a few lines. */
const MOST_VALUES = 5_000_000

const MOST_LEVELS = 500

/** JSON or YAML, which JSON is a part of; the place of what is wrong comes with it. */
function parse(text: string, where: string): unknown {
  const plain = text.replace(/^\ufeff/, '')
  if (plain.trim() === '') throw new UsageError(`${where}: expected an OpenAPI document, found nothing`)
  if (/^\s*[{[]/.test(plain))
    try {
      return JSON.parse(plain)
    } catch {
      // YAML says where.
    }
  try {
    return load(plain)
  } catch (error) {
    if (!(error instanceof YAMLException)) throw new UsageError(`${where}: cannot be read as YAML: ${messageOf(error)}`)
    const mark = error.mark as { line: number; column: number } | undefined
    const place = mark === undefined ? '' : `line ${mark.line + 1}, column ${mark.column + 1}: `
    const last = plain.trimEnd().split('\n').length
    const cut = mark !== undefined && mark.line + 1 >= last ? '; is the file cut off?' : ''
    throw new UsageError(`${where}: ${place}expected JSON or YAML, found ${error.reason}${cut}`)
  }
}

interface References {
  remote?: string
  beside?: string
}

/** Walks the whole document once: references out of it, and what no JSON can be. */
function look(root: unknown, where: string): References {
  const found: References = {}
  const above = new Set<unknown>()
  let values = 0
  const walk = (value: unknown, key: string): void => {
    if (++values > MOST_VALUES)
      throw new UsageError(
        `${where}: expected at most ${MOST_VALUES.toLocaleString('en')} values, found more; keep the part that is to be loaded`,
      )
    if (typeof value === 'string' && key === '$ref') {
      if (/^[a-z][a-z\d+.-]*:/i.test(value) || value.startsWith('//')) found.remote ??= value
      else if (!value.startsWith('#')) found.beside ??= value
      return
    }
    if (typeof value !== 'object' || value === null) return
    if (above.has(value) || above.size > MOST_LEVELS)
      throw new UsageError(`${where}: ${key}: expected a tree, found a value that stands in itself (an alias of YAML?)`)
    above.add(value)
    for (const [name, part] of Object.entries(value)) walk(part, name)
    above.delete(value)
  }
  walk(root, 'the document')
  return found
}

async function converted(root: Json, where: string): Promise<Json> {
  try {
    const { convertObj } = await import('swagger2openapi')
    const { openapi } = await convertObj(root, { patch: true, warnOnly: true, resolve: false })
    return openapi as Json
  } catch (error) {
    throw new UsageError(`${where}: Swagger 2.0 that cannot be converted to OpenAPI 3: ${messageOf(error).split('\n')[0]}`)
  }
}

/**
 * @param where file or URL, for errors
 * @param file its path, where references into files beside it can be followed
 * @throws UsageError with place and mend
 */
export async function readDocument(text: string, where: string, file: string | undefined): Promise<Document> {
  let root = parse(text, where)
  if (!isObject(root))
    throw new UsageError(
      `${where}: expected an OpenAPI document, found ${Array.isArray(root) ? 'a list' : `a ${root === null ? 'null' : typeof root}`}${/<html|<!doctype/i.test(text.slice(0, 500)) ? ' of HTML: is this the page that shows it?' : ''}`,
    )
  const version = root.openapi ?? root.swagger
  if (version === undefined)
    throw new UsageError(
      isObject(root.log)
        ? `${where}: expected an OpenAPI document, found a recording; give it with --har`
        : `${where}: openapi: missing; expected a version from 3.0 to 3.2, or swagger: "2.0"`,
    )
  if (!/^(2\.0|3\.[012](\.\d+)?(-.*)?)$/.test(String(version)))
    throw new UsageError(
      `${where}: openapi: expected a version from 3.0 to 3.2, or swagger: "2.0", found ${JSON.stringify(version)}`,
    )
  const { remote, beside } = look(root, where)
  if (remote !== undefined)
    throw new UsageError(
      `${where}: $ref: ${JSON.stringify(remote)} is on another host, which is not asked; put it into the file (npx @redocly/cli bundle)`,
    )
  if (beside !== undefined) {
    if (file === undefined)
      throw new UsageError(
        `${where}: $ref: ${JSON.stringify(beside)} is another file; put all into one first (npx @redocly/cli bundle), and give that`,
      )
    try {
      const { bundle } = await import('@readme/openapi-parser')
      root = (await bundle(file, { resolve: { external: true, http: false } } as never)) as unknown as Json
    } catch (error) {
      throw new UsageError(`${where}: $ref: ${JSON.stringify(beside)} cannot be followed: ${messageOf(error).split('\n')[0]}`)
    }
    const still = look(root, where)
    if (still.remote !== undefined)
      throw new UsageError(
        `${where}: $ref: ${JSON.stringify(still.remote)} is on another host, which is not asked; put it into the file`,
      )
  }
  if (String(version) === '2.0') return { root: await converted(root as Json, where), dialect: 'openapi-3.0' }
  return { root: root as Json, dialect: String(version).startsWith('3.0') ? 'openapi-3.0' : '2020-12' }
}

/** What a reference such as `#/components/schemas/Order` leads to. */
export function lookUp(root: unknown, reference: string): unknown {
  const part = (written: string): string => {
    try {
      return decodeURIComponent(written).replaceAll('~1', '/').replaceAll('~0', '~')
    } catch {
      return written
    }
  }
  return reference
    .replace(/^#\/?/, '')
    .split('/')
    .filter((written) => written !== '')
    .reduce<unknown>((here, written) => {
      const name = part(written)
      return typeof here === 'object' && here !== null && Object.hasOwn(here, name) ? (here as Json)[name] : undefined
    }, root)
}

/** A value with the references at its top followed; undefined where one leads nowhere or round in a circle. */
export function followed(root: Json, value: unknown): Json | undefined {
  const seen = new Set<string>()
  let here = value
  while (isObject(here) && typeof here.$ref === 'string') {
    if (seen.has(here.$ref) || !here.$ref.startsWith('#')) return undefined
    seen.add(here.$ref)
    here = lookUp(root, here.$ref)
  }
  return isObject(here) ? here : undefined
}

/**
 * Where the document says that its API is.
 * @param from where the document itself was, if that is a URL: what is relative is relative to it
 * @returns undefined where the document does not say
 */
export function baseUrlOf(root: Json, from: string | undefined): string | undefined {
  const servers = Array.isArray(root.servers) ? root.servers.filter(isObject) : []
  const urls = servers.flatMap(({ url, variables }) =>
    typeof url === 'string'
      ? [
          url.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
            const variable = isObject(variables) && Object.hasOwn(variables, name) ? variables[name] : undefined
            return isObject(variable) && typeof variable.default === 'string' ? variable.default : whole
          }),
        ]
      : [],
  )
  for (const url of urls.length > 0 ? urls : ['/']) {
    if (!URL.canParse(url, from)) continue
    const { protocol, origin, pathname, username } = new URL(url, from)
    if (/^https?:$/.test(protocol) && username === '' && !/[{}\s]|%7B|%7D/i.test(origin + pathname))
      return (origin + pathname).replace(/\/+$/, '')
  }
  return undefined
}
