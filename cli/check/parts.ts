/** Every single thing that an expectation says, each with what came. */
import { type Described, SCHEMA_ONE_IN } from '../../lib/described/endpoint.ts'
import { canonical } from '../../lib/described/expectation.ts'
import { readPath, valuesAt } from '../../lib/described/json-path.ts'
import { show } from '../../lib/described/matchers.ts'
import type { Answered } from './send.ts'

export interface Part {
  /** What is expected, in words. */
  what: string
  /** What came, where a value says more than that it was right. */
  came: string
  /** The description with this part and no other. */
  alone: Described
}

/** Values at one path that are shown. */
const MOST_SHOWN = 3

function shownAt(body: string, path: string): string {
  try {
    const values = valuesAt(JSON.parse(body), readPath(path, 'check'))
    return values.slice(0, MOST_SHOWN).map(show).join(', ') + (values.length > MOST_SHOWN ? `, … (${values.length})` : '')
  } catch {
    return 'no JSON'
  }
}

const inWords = (matcher: unknown): string =>
  typeof matcher === 'object' && matcher !== null && !Array.isArray(matcher)
    ? Object.entries(matcher)
        .map(([operator, argument]) => `${operator} ${show(argument)}`)
        .join(', ')
    : `= ${typeof matcher === 'string' ? matcher : show(matcher)}`

/** Parts beside the status, in the order in which they are checked. */
export function partsOf(described: Described, { body, headers }: Pick<Answered, 'body' | 'headers'>): Part[] {
  const { type, headers: wanted = {}, json = {}, contains = [], schema } = described.expect
  const only = (expect: Described['expect']): Described => ({ ...described, expect, take: {} })
  return [
    ...(type === undefined ? [] : [{ what: `type ${type}`, came: headers['Content-Type'] ?? 'none', alone: only({ type }) }]),
    ...Object.entries(wanted).map(([name, matcher]) => ({
      what: `header ${name} ${inWords(matcher)}`,
      came: show(headers[canonical(name)]),
      alone: only({ headers: { [name]: matcher } }),
    })),
    ...contains.map((text) => ({ what: `contains ${show(text)}`, came: '', alone: only({ contains: [text] }) })),
    ...Object.entries(json).map(([path, matcher]) => ({
      what: `${path} ${inWords(matcher)}`,
      came: shownAt(body, path),
      alone: only({ json: { [path]: matcher } }),
    })),
    ...(schema === undefined
      ? []
      : [
          {
            what: `its schema (a run looks at the first answers and one in ${SCHEMA_ONE_IN})`,
            came: '',
            alone: only({ schema }),
          },
        ]),
    ...Object.entries(described.take).map(([name, path]) => ({
      what: `gives {${name}}`,
      came: shownAt(body, path),
      alone: { ...only({}), take: { [name]: path } },
    })),
  ]
}
