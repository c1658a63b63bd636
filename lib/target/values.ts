/** Values that a target file gives for the placeholders of a path. */
import { array, description, type InferOutput, pipe, record, string, union } from 'valibot'
import { UsageError } from '../base/errors.ts'
import { sizeOfRange } from '../base/value-range.ts'

export const valuesSchema = pipe(
  record(string(), union([string(), array(string())], 'expected a string or a list of strings')),
  description('Values for placeholders: a list, or one string with a range such as `r-{0000..0499}`.'),
)
type Values = InferOutput<typeof valuesSchema>

/** More than this would only cost every instance memory. */
const MOST_VALUES = 100_000
/** @throws UsageError for a placeholder with nothing to put in its place */
export function checkValues(values: Values | undefined, where: string): void {
  for (const [placeholder, value] of Object.entries(values ?? {})) {
    const count = typeof value === 'string' ? sizeOfRange(value) : value.length
    if (count < 1) throw new UsageError(`${where}.${placeholder}: expected at least one value, found none`)
    if (count > MOST_VALUES)
      throw new UsageError(`${where}.${placeholder}: expected at most ${MOST_VALUES} values, found ${count}`)
  }
}
