/** `Retry-After` as RFC 9110 has it (section 10.2.3): when a client that was shed is to come back. */

/** Longest announcement that counts as one, in seconds, where the target file says no other: nobody waits longer. */
export const MOST_S = 3600

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const CLOCK = '(\\d\\d):(\\d\\d):(\\d\\d)'
/** Date, month, year and time of the three forms that a recipient must accept (section 5.6.7): the usual one and two obsolete ones. */
const FORMS: readonly [RegExp, readonly [day: number, month: number, year: number, time: number]][] = [
  [new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\\d\\d) (\\w{3}) (\\d{4}) ${CLOCK} GMT$`), [1, 2, 3, 4]],
  [new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d\\d)-(\\w{3})-(\\d\\d) ${CLOCK} GMT$`), [1, 2, 3, 4]],
  [new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\\w{3}) ([ \\d]\\d) ${CLOCK} (\\d{4})$`), [2, 1, 6, 3]],
]
const HALF_A_CENTURY = 50

/** A year of two digits is the latest that is not more than 50 years ahead. */
function wholeYear(written: string, now: number): number {
  const year = Number(written)
  if (written.length === 4) return year
  const thisYear = new Date(now).getUTCFullYear()
  const near = thisYear - (thisYear % 100) + year
  return near > thisYear + HALF_A_CENTURY ? near - 100 : near
}

/** Epoch milliseconds of an HTTP-date; undefined for what is none. */
export function readHttpDate(text: string, now: number): number | undefined {
  for (const [form, [day, month, year, time]] of FORMS) {
    const found = form.exec(text)
    if (found === null) continue
    const at = (index: number): number => Number(found[index])
    const monthIndex = MONTHS.indexOf(found[month] ?? '')
    const [hour, minute, second] = [at(time), at(time + 1), at(time + 2)]
    // A leap second is written as 60.
    if (monthIndex < 0 || hour > 23 || minute > 59 || second > 60) return undefined
    const date = Date.UTC(wholeYear(found[year] ?? '', now), monthIndex, at(day), hour, minute, second)
    // The 31st of February is no day.
    return new Date(date - second * 1000).getUTCDate() === at(day) ? date : undefined
  }
  return undefined
}

/**
 * Seconds until a client is to come back; a text that says what is wrong with the announcement, as the end of "the answer …".
 * @param value of `Retry-After`
 * @param date of the answer's own `Date`: a date is counted from there, so that clocks that differ do not matter
 * @param now epoch milliseconds
 * @param most seconds that may be announced
 */
export function retryAfter(value: string | undefined, date: string | undefined, now: number, most = MOST_S): number | string {
  if (value === undefined) return 'has no Retry-After'
  const is = (what: string) => `has Retry-After ${JSON.stringify(value)}, ${what}`
  let seconds: number
  if (/^\d+$/.test(value)) seconds = Number(value)
  else {
    const at = readHttpDate(value, now)
    if (at === undefined) return is('which is neither whole seconds nor a date of HTTP')
    const from = (date === undefined ? undefined : readHttpDate(date, now)) ?? now
    // The date of an answer has no fractions of a second, nor has this one.
    seconds = Math.ceil((at - from) / 1000)
    if (seconds < 0) return is(`which is ${-seconds} s ago`)
    seconds++
  }
  return seconds > most ? is(`which is more than ${most} s`) : seconds
}
