/** `books.json`, `loadgate.books/1`: what the reconciliation was called first. */
import { parseReconciliation, RECONCILIATION_SCHEMA, type Reconciliation } from './reconciliation-model.ts'

export const BOOKS_SCHEMA = 'loadgate.books/1'

const FINDINGS: Readonly<Record<string, Reconciliation['finding']>> = { balanced: 'reconciled', unbalanced: 'not-reconciled' }

/** @throws when the text is no comparison of that version */
export function parseBooks(text: string): Reconciliation {
  const { finding, ...same } = JSON.parse(text) as Record<string, unknown>
  const today = { ...same, schema: RECONCILIATION_SCHEMA, finding: FINDINGS[String(finding)] ?? finding }
  return parseReconciliation(JSON.stringify(today))
}
