/** The markup of the report: HTML with its sections and tables, and JSON for its script. */
import { forScript } from '../../../lib/base/escape.ts'
import { Markup as Html, markup as html } from '../../../lib/base/markup.ts'

export { Html, html }

/** JSON that cannot end the script element it stands in. */
export const json = (data: unknown): Html => new Html(forScript(data))

/** What the build made of the page: it stands in an element that nothing but its own end can end. */
export const style = (css: string): Html => html`<style>${new Html(css.replaceAll('</', '<\\/'))}</style>`
export const script = (code: string): Html => html`<script>${new Html(code.replaceAll('</script', '<\\/script'))}</script>`

/** A section of the page; the list of them leads it. */
export interface Section {
  /** Of its heading. */
  id: string
  title: string
  /** What it comes to, beside its title and in the list of contents. */
  count?: string
  /** Whether the count tells of something that is wrong. */
  red?: boolean
  /** Folded on a phone at first: what few come for. */
  folds?: boolean
  body: Html
}

const countText = ({ count, red }: Section): Html | undefined =>
  count === undefined ? undefined : html` <span class="count${red && ' red'}">${count}</span>`

/** Open without the script of the page, so that nothing is out of reach there. */
export const sectionHtml = (section: Section): Html => html`<section aria-labelledby="${section.id}">
<details class="part" open${section.folds && html` data-folds`}>
<summary><h2 id="${section.id}">${section.title}${countText(section)}</h2></summary>
${section.body}
</details>
</section>`

export const contents = (sections: readonly Section[]): Html => html`<nav class="contents" aria-label="Contents"><ol>
${sections.map((section) => html`<li><a href="#${section.id}">${section.title}</a>${countText(section)}</li>`)}
</ol></nav>`

/** Of a table. */
export interface Column {
  title: string
  number?: boolean
}

/**
 * A table that the script of the page makes sortable; complete and in a sensible order without it.
 * @param more classes of the table
 */
export const table = (caption: string, columns: readonly Column[], rows: readonly Html[], more = ''): Html =>
  html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="${more}" data-sortable>
<caption class="hidden">${caption}</caption>
<thead><tr>${columns.map(({ title, number }) => html`<th scope="col"${number && html` class="number"`}>${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`

/** A figure, and what it is sorted by. @param name that of its column, which stands beside it on a phone */
export const figureCell = (name: string, value: number | null | undefined, text: string | Html): Html =>
  html`<td data-label="${name}" class="number"${value != null && html` data-value="${value}"`}>${text}</td>`
