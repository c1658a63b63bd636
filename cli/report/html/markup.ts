/** The markup of the report: HTML, and JSON for its script. */
import { forScript } from '../../../lib/base/escape.ts'
import { Markup, markup } from '../../../lib/base/markup.ts'

export { Markup as Html, markup as html } from '../../../lib/base/markup.ts'

/** JSON that cannot end the script element it stands in. */
export const json = (data: unknown): Markup => new Markup(forScript(data))

/** What the build made of the page: it stands in an element that nothing but its own end can end. */
export const style = (css: string): Markup => markup`<style>${new Markup(css.replaceAll('</', '<\\/'))}</style>`
export const script = (code: string): Markup => markup`<script>${new Markup(code.replaceAll('</script', '<\\/script'))}</script>`
