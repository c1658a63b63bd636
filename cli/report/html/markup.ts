/** HTML as text, everything that was not written here escaped. */
import { forMarkup, forScript } from '../../../lib/escape.ts'

/** Markup that is safe to put into markup. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | false | undefined | readonly Part[]

function textOf(part: Part): string {
  if (part === false || part === undefined) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'string' || typeof part === 'number') return forMarkup(String(part))
  return part.map(textOf).join('')
}

/** Template whose values are escaped unless they are markup themselves; `false` and `undefined` are nothing. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(strings.reduce((text, string, i) => text + textOf(parts[i - 1]) + string))

/** JSON that cannot end the script element it stands in. */
export const json = (data: unknown): Html => new Html(forScript(data))
