/** Tables that can be sorted by every column: a click or Enter on its head, up, then down, then as they were. */

const NEXT = { none: 'ascending', ascending: 'descending', descending: 'none' } as const
type Order = keyof typeof NEXT

/** Rows as they stood, to come back to. */
const asWritten = new WeakMap<HTMLTableSectionElement, HTMLTableRowElement[]>()

function sortValue(row: HTMLTableRowElement, column: number): number | string {
  const cell = row.cells[column]
  const { value } = cell?.dataset ?? {}
  if (value !== undefined && value !== '') return Number(value)
  return cell?.textContent?.trim() ?? ''
}

/** Figures before words: a cell without a figure has none to compare. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === typeof b) return String(a).localeCompare(String(b), 'en', { numeric: true })
  return typeof a === 'number' ? -1 : 1
}

function sort(table: HTMLTableElement, column: number, order: Order): void {
  const [body] = table.tBodies
  if (body === undefined) return
  const rows = asWritten.get(body) ?? [...body.rows]
  asWritten.set(body, rows)
  const sign = order === 'descending' ? -1 : 1
  const sorted = order === 'none' ? rows : rows.toSorted((a, b) => sign * compare(sortValue(a, column), sortValue(b, column)))
  // What stands for the row above means something only where the rows stand as they were written.
  table.classList.toggle('sorted', order !== 'none')
  body.append(...sorted)
}

function sortable(table: HTMLTableElement): void {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])]
  heads.forEach((head, column) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'sort'
    button.append(...head.childNodes)
    head.append(button)
    head.setAttribute('aria-sort', 'none')
    button.addEventListener('click', () => {
      const order = NEXT[(head.getAttribute('aria-sort') ?? 'none') as Order]
      for (const other of heads) other.setAttribute('aria-sort', 'none')
      head.setAttribute('aria-sort', order)
      sort(table, column, order)
    })
  })
}

/** One row needs no order. */
export function sortTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-sortable]'))
    if ((table.tBodies[0]?.rows.length ?? 0) > 1) sortable(table)
}
