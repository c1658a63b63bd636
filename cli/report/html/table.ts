/** A table that the script of the page makes sortable; complete and in a sensible order without it. */
import { type Html, html } from './markup.ts'

export interface Column {
  title: string
  number?: boolean
}

/** @param more classes of the table */
export const table = (caption: string, columns: readonly Column[], rows: readonly Html[], more = ''): Html =>
  html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="${more}" data-sortable>
<caption class="hidden">${caption}</caption>
<thead><tr>${columns.map(({ title, number }) => html`<th scope="col"${number && html` class="number"`}>${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`

/** A figure, and what it is sorted by. @param name that of its column, which stands beside it on a phone */
export const figureCell = (name: string, value: number | null | undefined, text: string | Html): Html =>
  html`<td data-label="${name}" class="number"${value != null && html` data-value="${value}"`}>${text}</td>`
