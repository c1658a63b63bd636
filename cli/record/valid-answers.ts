/** Counts of answers, made whole where a push has ended in the middle of one. */
import type { EndpointSummary } from '../../lib/summary/model.ts'
import type { SeriesRow } from './series-model.ts'
import type { Row } from './timeline.ts'

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/**
 * Valid answers: those sent less those that failed, or those of an expected status where they are fewer, as k6's summary has it.
 * A push may end between an answer and its check; what is then missing is taken from the seconds beside it, so that no
 * second has less than none and the sum stays.
 */
export function validAnswers({ first, sent, expected, failed }: Row): number[] {
  const failures = [...failed.values()]
  // A failed check may even be counted in a second in which nothing was sent any more.
  const length = Math.max(sent.values.length, ...failures.map(({ values }) => values.length))
  const places = Array.from({ length }, (_, i) => first + i)
  const held = places.map((place) => sent.at(place) - total(failures.map((column) => column.at(place))))
  const answered = places.map((place) => expected.at(place))
  const right = total(held) <= total(answered) ? held : answered
  const carry = (from: number, to: number, step: 1 | -1): void => {
    for (let i = from, owed = 0; i !== to; i += step) {
      const left = (right[i] ?? 0) + owed
      right[i] = Math.max(0, left)
      owed = Math.min(0, left)
    }
  }
  const last = right.length - 1
  // Forward, as failed checks are counted late; what is still owed at the end is taken backward.
  const owed = total(right)
  carry(0, last + 1, 1)
  right[last] = (right[last] ?? 0) + owed - total(right)
  carry(last, -1, -1)
  return right
}

/** Adds to the last second what k6 knows of and has not pushed. @returns how much */
export function settle(row: SeriesRow, k6: EndpointSummary): number {
  let added = 0
  const last = row.sent.length - 1
  const raise = (values: number[], to: number): void => {
    const missing = to - total(values)
    if (missing <= 0 || last < 0) return
    while (values.length <= last) values.push(0)
    values[last] = (values[last] ?? 0) + missing
    added += missing
  }
  raise(row.sent, k6.sent)
  for (const [failure, count] of Object.entries(k6.failures)) {
    const values = row.failed[failure] ?? []
    row.failed[failure] = values
    raise(values, count)
  }
  const wrong = total(row.ok) - k6.ok
  if (wrong < 0) raise(row.ok, k6.ok)
  // A failed check that was never pushed: the answer had counted as right.
  for (let i = last, over = wrong; over > 0 && i >= 0; i--) {
    const taken = Math.min(over, row.ok[i] ?? 0)
    row.ok[i] = (row.ok[i] ?? 0) - taken
    over -= taken
  }
  return added
}
