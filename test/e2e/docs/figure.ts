/** What a page shows of an output, as patterns: figures differ from run to run, words do not. */

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A line, whatever its numbers, and whichever window of those that the fault is in came first. */
export function pattern(line: string): RegExp {
  const words = escaped(line)
    .replace(/window \w+/g, 'window \\w+')
    .replace(/(?<![p\d])\d[\d,]*(\\\.\d+)?( m?s\b)?/g, (_, _fraction, unit) => (unit ? '[\\d.,]+ m?s' : '[\\d.,]+'))
  return new RegExp(`^${words}`, 'm')
}

/**
 * The headline of a failed run without what its size and chance decide: which endpoints and windows a fault of a few requests hit
 * beside the first, and when. Endpoint, what was wrong with its answers, and the class of failure stay.
 */
export const essence = (headline: string): string =>
  headline
    .replace(/^\d+ endpoints \([^)]*\): /, '')
    .replace(/^([\w.]+) and [\w.]+: /, '$1: ')
    .replace(/ in (every window|windows? \w+(, \w+)*( and \w+)?)(?=[ :])/, '')
    .replace(/ (since|from|at) \d+:\d\d( to \d+:\d\d)?/, '')

/** Gates that the page shows red: sign, place and name. */
export const redRows = (output: string): RegExp[] =>
  output
    .split('\n')
    .filter((line) => line.trim().startsWith('✗'))
    .map((line) => new RegExp(`^ +${line.trim().split(/ {2,}/).slice(0, 3).map(escaped).join(' +')} `, 'm'))
