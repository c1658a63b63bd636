/** One operation as an endpoint of a target file. */
import { isObject } from '../../../lib/base/json.ts'
import { type DescribedFile, METHODS } from '../../../lib/described/schema.ts'
import { literally, type Unknown, valuesWith } from '../draft.ts'
import { followed, type Json } from './document.ts'
import { echoedMembers, echoOf, expectationOf, isJson, validAnswer } from './expectation.ts'
import { type Components, membersOf, typeOf, Unusable } from './schemas.ts'
import type { Security } from './security.ts'
import {
  bodyOf,
  examplesInAnswer,
  examplesOf,
  type MakeUp,
  type Parameter,
  parametersOf,
  rangeOf,
  type Scalar,
} from './values.ts'

export interface Operation {
  method: string
  path: string
  written: Json
  /** The path's own object, which parameters of all its operations stand in. */
  item: Json
}

export interface Described {
  endpoint: DescribedFile
  unknown: Unknown[]
  /** Why it cannot be sent as it is. */
  off?: string
}

/** Ids that are tried where the document gives none: most small APIs have the first few. */
const GUESSED_IDS = [1, 2, 3]
/** Members that say how an answer came about, whatever a query parameter of their name asks for. */
const ENVELOPE = ['status', 'code', 'type', 'message', 'error']
/** Headers that stand for themselves. */
const NO_PARAMETERS = ['accept', 'content-type', 'authorization']

export function operationsOf(root: Json): Operation[] {
  return Object.entries(isObject(root.paths) ? root.paths : {}).flatMap(([path, value]) => {
    const item = followed(root, value)
    if (item === undefined || !path.startsWith('/')) return []
    return Object.entries(item).flatMap(([key, written]) =>
      /^(get|post|put|patch|delete|head|options|trace)$/.test(key) && isObject(written)
        ? [{ method: key.toUpperCase(), path, written, item }]
        : [],
    )
  })
}

const BOUNDS = ['enum', 'const', 'format', 'pattern', 'maxLength', 'default', 'example', 'examples']
/** A text of which the document says nothing more. */
const isFreeText = (schema: Json | undefined): boolean =>
  schema !== undefined && typeOf(schema) === 'string' && BOUNDS.every((bound) => schema[bound] === undefined)

/** Placeholders by parameter; each name once, of letters, digits and _. */
function placeholderNames(parameters: readonly Parameter[]): Map<Parameter, string> {
  const taken = new Set<string>()
  return new Map(
    parameters.map((parameter) => {
      const plain = parameter.name.replace(/\W+/g, '_').replace(/^[\d_]+(?=[a-z])|_+$/gi, '')
      const first = /^[a-z_]/i.test(plain) ? plain : `p_${plain}`
      let name = first
      for (let i = 2; taken.has(name); i++) name = `${first}_${i}`
      taken.add(name)
      return [parameter, name]
    }),
  )
}

type Values = NonNullable<DescribedFile['values']>

/** What all operations of a document are read with. */
export interface Reading {
  root: Json
  components: Components
  security: Security
  makeUp: MakeUp
}

/** @throws Unusable where it cannot be sent by any means */
export function describeOperation(
  { root, components, security, makeUp }: Reading,
  { method, path, written, item }: Operation,
  name: string,
): Described {
  if (!(METHODS as readonly string[]).includes(method)) throw new Unusable(`${method} is no method that a load can be made of`)
  if (/[?#\s]/.test(path)) throw new Unusable('its path has a ?, a # or a blank')
  const wants = security.wants(written.security)
  const right = validAnswer(root, written.responses)
  if (right.type.startsWith('text/event-stream'))
    throw new Unusable('it answers with an endless stream (script sse is for those)')
  const unknown: Unknown[] = []
  const values: Values = {}
  let off: string | undefined = typeof wants === 'string' ? wants : undefined
  const declared = parametersOf(root, item.parameters, written.parameters)
  const inPath = [...path.matchAll(/\{([^{}]+)\}/g)].map(
    ([, found = '']): Parameter =>
      declared.find((parameter) => parameter.in === 'path' && parameter.name === found) ?? {
        ...{ name: found, in: 'path', required: true, schema: {}, written: {} },
      },
  )
  const inQuery = declared.filter((parameter) => parameter.in === 'query')
  const names = placeholderNames([...inPath, ...inQuery])
  const nameOf = (parameter: Parameter): string => names.get(parameter) ?? parameter.name
  const echoes: Record<string, string> = {}

  for (const parameter of inPath) {
    const placeholder = nameOf(parameter)
    const last = path.endsWith(`{${parameter.name}}`)
    const echo = echoOf(root, right.schema, parameter, last)
    if (echo !== undefined) echoes[echo] = placeholder
    const examples = examplesOf(root, parameter)
    const shown = echo === undefined ? [] : examplesInAnswer(root, right.schema, echo)
    const known = examples.length > 1 || shown.length === 0 ? examples : [...new Set([...examples, ...shown])]
    const range = rangeOf(parameter.schema)
    const key = `endpoints.${name}.values.${placeholder}`
    if (known.length > 0) {
      values[placeholder] = known
      if (known.length === 1 && echo !== undefined)
        unknown.push({
          what: `more than one value of ${parameter.name}: with one, an answer made for another cannot be told`,
          where: key,
        })
    } else if (range !== undefined) values[placeholder] = range
    else {
      values[placeholder] = GUESSED_IDS
      if (typeOf(parameter.schema) === 'integer')
        unknown.push({ what: `which values of ${parameter.name} there are; ${GUESSED_IDS.join(', ')} is a guess`, where: key })
      else {
        values[placeholder] = [String(makeUp(parameter.schema) ?? 'x')]
        off ??= `nothing says which values of ${parameter.name} there are; write them in ${key}`
      }
    }
  }

  const query: Record<string, Scalar> = {}
  for (const parameter of inQuery) {
    const echo = ENVELOPE.includes(parameter.name.toLowerCase()) ? undefined : echoOf(root, right.schema, parameter, false)
    const examples = examplesOf(root, parameter)
    const range = parameter.required ? rangeOf(parameter.schema) : undefined
    if (examples.length === 0 && !parameter.required) continue
    const placeholder = nameOf(parameter)
    const [first] = examples
    // A list of what belongs to somebody says to whom.
    if (echo !== undefined && placeholder === parameter.name) echoes[echo] ??= placeholder
    if (examples.length > 1 || (first === undefined && range !== undefined)) {
      values[placeholder] = range ?? examples
      query[parameter.name] = `{${placeholder}}`
    } else if (first !== undefined) query[parameter.name] = literally(first)
    else {
      const made = makeUp(parameter.schema)
      query[parameter.name] = ['number', 'boolean'].includes(typeof made) ? (made as number) : literally(String(made ?? 'x'))
      unknown.push({ what: `a value of ${parameter.name}; one is made up`, where: `endpoints.${name}.query` })
    }
  }

  const headers: Record<string, string> = right.choice && right.type !== '' ? { Accept: right.type } : {}
  for (const parameter of declared.filter(({ in: place, required }) => required && (place === 'header' || place === 'cookie'))) {
    if (NO_PARAMETERS.includes(parameter.name.toLowerCase())) continue
    if (parameter.in === 'cookie') off ??= `it wants a cookie (${parameter.name})`
    else {
      const [example] = examplesOf(root, parameter)
      headers[parameter.name] = literally(String(example ?? makeUp(parameter.schema) ?? 'x'))
      if (example === undefined)
        unknown.push({ what: `a value of the header ${parameter.name}; one is made up`, where: `endpoints.${name}.headers` })
    }
  }

  let body: unknown
  const request = followed(root, written.requestBody)
  const content = Object.entries(isObject(request?.content) ? request.content : {})
  const [type, media] = content.find(([type]) => isJson(type)) ?? content[0] ?? []
  if (method !== 'GET' && type !== undefined && isObject(media)) {
    const made = bodyOf(root, media, makeUp)
    if (isJson(type)) {
      body = literally(made ?? {})
      if (!/^application\/json\b/i.test(type)) headers['Content-Type'] = type
      const echoed = echoedMembers(root, body, right.schema)
      for (const member of echoed) echoes[member] ??= member
      // One that nobody has used before: with the same text each time, an answer made for another could not be told.
      const free =
        media.example !== undefined || media.examples !== undefined
          ? undefined
          : echoed.find((member) => isFreeText(membersOf(root, media.schema)?.[member]))
      if (free !== undefined && isObject(body)) body = { ...body, [free]: '{uuid}' }
    } else if (/^application\/x-www-form-urlencoded/i.test(type) && isObject(made)) {
      body = new URLSearchParams(Object.entries(made).map(([key, value]): [string, string] => [key, String(value)])).toString()
      headers['Content-Type'] = 'application/x-www-form-urlencoded'
    } else if (request?.required === true) off ??= `its body is ${type}; write one in endpoints.${name}.body`
  }

  const said = expectationOf(right, components, echoes)
  if (said.unknown !== undefined) unknown.push({ what: said.unknown, where: `endpoints.${name}.expect.json` })
  const filled = path.replace(/\{([^{}]+)\}/g, (_, found: string) => {
    const parameter = inPath.find(({ name }) => name === found)
    return `{${parameter === undefined ? found : nameOf(parameter)}}`
  })
  const holds = (record: object): boolean => Object.keys(record).length > 0
  const all = valuesWith(values, query, headers, body)
  return {
    endpoint: {
      method: method as DescribedFile['method'],
      path: filled,
      ...(holds(query) ? { query } : {}),
      ...(holds(headers) ? { headers } : {}),
      ...(body === undefined ? {} : { body }),
      ...(security.auth.flow === 'none' || wants === true ? {} : { auth: false }),
      ...(holds(all) ? { values: all } : {}),
      ...(holds(said.expect) ? { expect: said.expect } : {}),
    },
    unknown,
    ...(off === undefined ? {} : { off }),
  }
}
