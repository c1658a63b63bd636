const UNITS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 }

/** Seconds of `500ms`, `30s`, `10m`, `1h30m` or of plain seconds (`30`); NaN for anything else. */
export function parseDuration(written: string): number {
  if (/^\d+(\.\d+)?$/.test(written)) return Number(written)
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(written)) return Number.NaN
  let seconds = 0
  for (const [, amount, unit] of written.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    seconds += Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN)
  return seconds
}

/** k6's notation for a number of seconds, exact to the millisecond. */
export const k6Duration = (seconds: number): string => `${Math.round(seconds * 1000)}ms`
