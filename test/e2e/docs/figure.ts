/** What a page shows of an output, as patterns: figures differ from run to run, words do not. */

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A line, whatever its numbers, and whichever window of those that the fault is in came first. */
export function pattern(line: string): RegExp {
  const words = escaped(line)
    .replace(/window \w+/g, 'window \\w+')
    .replace(/(?<![p\d])\d[\d,]*(\\\.\d+)?( m?s\b)?/g, (_, _fraction, unit) => (unit ? '[\\d.,]+ m?s' : '[\\d.,]+'))
  return new RegExp(`^${words}`, 'm')
}

const SEVERAL = /^(\d+ endpoints \([^)]*\)|[\w.]+ and [\w.]+)(?=:| took )/

/**
 * The headline of a failed run without what its size and chance decide: in which windows and when a fault of a few requests was seen,
 * and at which endpoints where the page shows several. What was wrong with the answers, and the class of failure, stay.
 * @param shown the headline of the page
 */
export function essence(headline: string, shown: string): string {
  const [named, nameless] = [/^(\d+ endpoints \([^)]*\)|[\w.]+( and [\w.]+)?)(?=:| took )/, SEVERAL.test(shown)]
  return headline
    .replace(nameless ? named : SEVERAL, (all) => (nameless ? 'they' : all.replace(/ and .*/, '')))
    .replace(/ in (every window|windows? \w+(, \w+)*( and \w+)?)(?=[ :,])/, '')
    .replace(/ (since|from|at) \d+:\d\d( to \d+:\d\d)?/, '')
    .replace(/ took .* \(p95\)/, ' took (p95)')
}

/** Gates that the page shows red: sign, place and name. */
export const redRows = (output: string): RegExp[] =>
  output
    .split('\n')
    .filter((line) => line.trim().startsWith('✗'))
    .map((line) => new RegExp(`^ +${line.trim().split(/ {2,}/).slice(0, 3).map(escaped).join(' +')} `, 'm'))
