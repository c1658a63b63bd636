/** Markup as text, in HTML or XML, everything that was not written here escaped. */
import { forMarkup } from './escape.ts'

/** What may stand in markup as it is. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Part = Markup | string | number | false | undefined | readonly Part[]

function textOf(part: Part): string {
  if (part === false || part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'string' || typeof part === 'number') return forMarkup(String(part))
  return part.map(textOf).join('')
}

/** Template whose values are escaped unless they are markup themselves; `false` and `undefined` are nothing. */
export const markup = (strings: TemplateStringsArray, ...parts: Part[]): Markup =>
  new Markup(strings.reduce((text, string, i) => text + textOf(parts[i - 1]) + string))
