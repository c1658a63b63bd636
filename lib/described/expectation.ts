/** What a valid answer to a described endpoint is: status, type, headers, JSON by path, text, schema. Pure. */

import { isObject, readJson } from '../base/json.ts'
import type { Answer, CheckResult } from '../endpoint/endpoint.ts'
import { isOfType, mediaType } from '../endpoint/media-type.ts'
import { NOT_JSON, readOnce } from '../endpoint/rules.ts'
import { type JsonPath, readPath, valuesAt } from './json-path.ts'
import { type Schema, Validator } from './json-schema.ts'
import { type Matcher, show, type Test, testOf } from './matchers.ts'
import { type Bindings, holder, placeholdersIn } from './template.ts'

/** As a target file has it. */
export interface Expectation {
  /** Status codes of a valid answer. */
  status?: readonly number[] | undefined
  /** Media type, such as `application/json`. */
  type?: string | undefined
  headers?: Readonly<Record<string, Matcher>> | undefined
  json?: Readonly<Record<string, Matcher>> | undefined
  /** Texts that the body contains, with placeholders. */
  contains?: readonly string[] | undefined
  /** JSON Schema of the body, self-contained. */
  schema?: Schema | undefined
}

/** Checks an answer to a request with these bindings; all of it, each time. */
export type Check = (answer: Pick<Answer, 'body' | 'headers'>, bindings: Bindings) => CheckResult

/** Go's form of a header's name, as k6 has it. */
export const canonical = (name: string): string => name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())

interface PathTest {
  path: JsonPath
  test: Test
}

/**
 * @param where file and key, for errors
 * @throws UsageError for a check that there is not
 */
export function checkOf({ type, headers = {}, json = {}, contains = [], schema }: Expectation, where: string): Check {
  const wantedType = type === undefined ? undefined : mediaType(type)
  const byHeader = Object.entries(headers).map(
    ([name, matcher]) => [canonical(name), testOf(matcher, `${where}.headers.${name}`)] as const,
  )
  const byPath = Object.entries(json).map(
    ([written, matcher]): PathTest => ({
      path: readPath(written, `${where}.json`),
      test: testOf(matcher, `${where}.json.${written}`),
    }),
  )
  const texts = contains.map(holder)
  const validator = schema === undefined ? undefined : new Validator(schema)
  const parses = byPath.length > 0 || validator !== undefined
  // What is said once, as all that is held is in most answers, need not be looked for twice: that costs as much as reading.
  const names = byPath.flatMap(({ path }) =>
    path.steps.flatMap((step) => (typeof step === 'string' ? [JSON.stringify(step)] : [])),
  )
  const isHeldOnce = (body: string): boolean =>
    validator === undefined && !body.includes('\\u') && names.every((name) => body.indexOf(name) === body.lastIndexOf(name))
  return ({ body, headers: found }, bindings) => {
    if (wantedType !== undefined && !isOfType(found['Content-Type'], [wantedType]))
      return `has Content-Type ${show(found['Content-Type'])}, not ${wantedType}`
    for (const [name, test] of byHeader) {
      const wrong = test(found[name], bindings)
      if (wrong !== undefined) return `has header ${name} ${show(found[name])}, ${wrong}`
    }
    for (const text of texts) {
      const { due, holds } = text(body, bindings)
      if (!holds) return `does not contain ${show(due)}`
    }
    if (!parses) return undefined
    const once = isHeldOnce(body)
    const parsed = once ? readJson(body) : readOnce(body)
    if (parsed === undefined) return NOT_JSON
    for (const { path, test } of byPath)
      for (const value of valuesAt(parsed, path)) {
        // Its members have names that no path names.
        if (once && isObject(value) && readOnce(body) === undefined) return NOT_JSON
        const wrong = test(value, bindings)
        if (wrong !== undefined)
          return value === undefined ? `has no ${path.text}, ${wrong}` : `has ${path.text} ${show(value)}, ${wrong}`
      }
    const broken = validator?.firstFault(parsed)
    return broken === undefined ? undefined : `breaks its schema: ${broken}`
  }
}

/** What of a request changes from one to the next, by placeholder. */
export interface Varying {
  /** All that it is made of, but for times and names of the run. */
  sent: readonly string[]
  /** The last of its path: which thing is asked for. */
  subject?: string | undefined
  /** Placeholders with more than one value. */
  changes(placeholder: string): boolean
  /** Placeholders that the expectation may name, each with those that stand in it. */
  meant(placeholder: string): readonly string[]
}

/** One of several alternatives holds nothing to what was sent: the others would do. */
const withoutChoice = (matcher: unknown): unknown => {
  const { one_of: choice } = Object(matcher)
  return Array.isArray(choice) && choice.length > 1 ? { ...Object(matcher), one_of: [] } : matcher
}

/** Whether an expectation looks at the body of an answer. */
export const looksAtBody = ({ json = {}, contains = [], schema }: Expectation): boolean =>
  Object.keys(json).length + contains.length > 0 || schema !== undefined

/** Whether an answer that says nothing at all is right by what its body is held to, as by a schema of which no keyword demands anything. */
function takesNothing({ json, contains, schema }: Expectation): boolean {
  const bindings = Object.fromEntries(placeholdersIn([json ?? {}, contains ?? []]).map((name) => [name, 'x']))
  try {
    return checkOf({ json, contains, schema }, '')({ body: '{}', headers: {} }, bindings) === undefined
  } catch {
    // A schema that nothing can be validated with takes no answer.
    return false
  }
}

/** What an expectation cannot see, and what would make it see it; empty where it is strong. */
export function weaknessesOf(expectation: Expectation, { sent, subject, changes, meant }: Varying): string[] {
  const { json = {}, contains = [], headers = {}, schema } = expectation
  if (!looksAtBody(expectation))
    return [
      `only the status${expectation.type === undefined && Object.keys(headers).length === 0 ? '' : ' and headers'} of its answers ${expectation.type === undefined ? 'is' : 'are'} looked at; say what the body carries (expect.json)`,
    ]
  const held = placeholdersIn([
    Object.values(json).map(withoutChoice),
    contains,
    Object.values(headers).map(withoutChoice),
  ]).flatMap(meant)
  const varying = sent.filter(changes)
  if (sent.length > 0 && (held.length === 0 || (varying.length > 0 && !varying.some((name) => held.includes(name)))))
    return [
      'nothing in its expectation depends on the request: an answer made for another one would pass; hold a member to what was sent, such as "id": "{id}"',
    ]
  const isJson = expectation.type !== undefined && /[/+]json$/.test(mediaType(expectation.type))
  if (sent.length > 0 && isJson && Object.keys(json).length === 0 && schema === undefined)
    return [
      'only texts are looked for in its JSON: an error that repeats the request would pass; hold a member to what was sent, such as "id": "{id}"',
    ]
  if (takesNothing(expectation))
    return [
      'an empty object in place of its answer would pass; say what the body carries (expect.json), or what its schema requires',
    ]
  if (subject === undefined) return []
  if (!changes(subject))
    return [`it asks for one {${subject}} only: an answer made for another one cannot be told; give values.${subject} more`]
  return held.includes(subject)
    ? []
    : [
        `nothing in its expectation depends on {${subject}} of its path: an answer made for another one would pass; hold a member to it, such as "id": "{${subject}}"`,
      ]
}
