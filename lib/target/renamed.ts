/** Keys of target files that older versions called otherwise. Pure. */
import { UsageError } from '../base/errors.ts'
import { isObject } from '../base/json.ts'

/**
 * A target file with today's keys.
 * @returns the file, and what it writes as older versions did
 * @throws UsageError for a key that stands under both names
 */
export function renamed(data: unknown, file: string): { data: unknown; notes: string[] } {
  if (!isObject(data) || data.books === undefined) return { data, notes: [] }
  if (data.reconciliation !== undefined)
    throw new UsageError(`${file}: books is the old name of reconciliation; expected one of them, found both`)
  const { books, ...same } = data
  return { data: { ...same, reconciliation: books }, notes: [`${file}: books: is called reconciliation now`] }
}
