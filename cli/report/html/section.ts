/** Sections of the page, and the list of them that leads it. */
import { type Html, html } from './markup.ts'

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
