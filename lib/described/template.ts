/**
 * Texts and JSON with placeholders: `{id}` stands for the value of that name in this request, `{int:1..100}` for one that is drawn.
 * A string that is one placeholder and nothing else takes the value as it is, a number stays a number. Pure.
 */

/** The values of one request, by what stands between the braces. */
export type Bindings = Readonly<Record<string, unknown>>

/** Braces around anything else, such as `{"a":1}` in a text, are no placeholder. */
const PLACEHOLDER = /\{([a-z_]\w*(?::[^{}]*)?)\}/gi
const WHOLE = /^\{([a-z_]\w*(?::[^{}]*)?)\}$/i

/** The text with another for the opening brace of each of its placeholders. */
export const withBrace = (text: string, brace: string): string =>
  text.replace(PLACEHOLDER, (_, name: string) => `${brace}${name}}`)

/** What stands between the braces of a string that is one placeholder; undefined for any other. */
export const wholePlaceholder = (text: string): string | undefined => WHOLE.exec(text)?.[1]

/** Every placeholder in a text, or anywhere in a JSON value; each once, in the order of their first places. */
export function placeholdersIn(value: unknown): string[] {
  const found = new Set<string>()
  const look = (part: unknown): void => {
    if (typeof part === 'string') for (const [, name = ''] of part.matchAll(PLACEHOLDER)) found.add(name)
    else if (Array.isArray(part)) part.forEach(look)
    else if (typeof part === 'object' && part !== null) Object.values(part).forEach(look)
  }
  look(value)
  return [...found]
}

/** Texts between which values stand: one more of them than there are names. */
interface Pieces {
  texts: readonly string[]
  names: readonly string[]
}

function cut(text: string): Pieces {
  const parts = text.split(PLACEHOLDER)
  return { texts: parts.filter((_, i) => i % 2 === 0), names: parts.filter((_, i) => i % 2 === 1) }
}

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value)

function joiner({ texts, names }: Pieces, write: (value: unknown, at: number) => string): (bindings: Bindings) => string {
  const [first = ''] = texts
  if (names.length === 0) return () => first
  return (bindings) => {
    let text = first
    for (let i = 0; i < names.length; i++) text += write(bindings[names[i] as string], i) + texts[i + 1]
    return text
  }
}

/** A text with the values in their places. */
export const textTemplate = (text: string): ((bindings: Bindings) => string) => joiner(cut(text), asText)

const isPart = (sign: string | undefined): boolean => sign !== undefined && /[a-z\d]/i.test(sign)

/**
 * Whether a text holds another; where that begins or ends with a value, the value is not part of a longer word or number: 7 is not in 17.
 * @returns by the values of a request
 */
export function holder(text: string): (whole: string, bindings: Bindings) => { due: string; holds: boolean } {
  const { texts, names } = cut(text)
  const write = joiner({ texts, names }, asText)
  const [first, last] = [names.length > 0 && texts[0] === '', names.length > 0 && texts.at(-1) === '']
  return (whole, bindings) => {
    const due = write(bindings)
    if (!first && !last) return { due, holds: whole.includes(due) }
    for (let at = whole.indexOf(due); at >= 0; at = whole.indexOf(due, at + 1)) {
      const [before, after] = [whole[at - 1], whole[at + due.length]]
      if (!(first && isPart(due[0]) && isPart(before)) && !(last && isPart(due.at(-1)) && isPart(after)))
        return { due, holds: true }
    }
    return { due, holds: false }
  }
}

/** `/orders/:id` as `/orders/{id}`. */
export const withBraces = (path: string): string => path.replace(/(^|\/):([a-z_]\w*)/gi, '$1{$2}')

/** JSON text of a value with placeholders. What does not change from request to request is written once. */
export function jsonTemplate(value: unknown): (bindings: Bindings) => string {
  // Cut as text: a placeholder that is all of a string takes its quotes along, one inside of a string leaves them.
  const whole: boolean[] = []
  const texts: string[] = []
  const names: string[] = []
  let text = ''
  const add = (name: string, alone: boolean): void => {
    texts.push(text)
    names.push(name)
    whole.push(alone)
    text = ''
  }
  const write = (part: unknown): void => {
    if (typeof part === 'string') {
      const alone = wholePlaceholder(part)
      if (alone !== undefined) {
        add(alone, true)
        return
      }
      const pieces = cut(part)
      text += '"'
      pieces.texts.forEach((piece, i) => {
        text += JSON.stringify(piece).slice(1, -1)
        if (i < pieces.names.length) add(pieces.names[i] as string, false)
      })
      text += '"'
    } else if (Array.isArray(part)) {
      text += '['
      part.forEach((item, i) => {
        if (i > 0) text += ','
        write(item)
      })
      text += ']'
    } else if (typeof part === 'object' && part !== null) {
      text += '{'
      Object.entries(part).forEach(([key, member], i) => {
        text += `${i > 0 ? ',' : ''}${JSON.stringify(key)}:`
        write(member)
      })
      text += '}'
    } else text += JSON.stringify(part)
  }
  write(value)
  texts.push(text)
  return joiner({ texts, names }, (bound, i) =>
    whole[i] ? (JSON.stringify(bound) ?? 'null') : JSON.stringify(asText(bound)).slice(1, -1),
  )
}

/** The value itself, its placeholders filled in. */
export function valueTemplate(value: unknown): (bindings: Bindings) => unknown {
  if (placeholdersIn(value).length === 0) return () => value
  if (typeof value === 'string') {
    const alone = wholePlaceholder(value)
    return alone === undefined ? textTemplate(value) : (bindings) => bindings[alone]
  }
  if (Array.isArray(value)) {
    const items = value.map(valueTemplate)
    return (bindings) => items.map((item) => item(bindings))
  }
  const members = Object.entries(value as object).map(([key, member]) => [key, valueTemplate(member)] as const)
  return (bindings) => Object.fromEntries(members.map(([key, member]) => [key, member(bindings)]))
}
