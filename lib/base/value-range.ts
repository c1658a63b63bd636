/** Values written as a range: `r-{0000..0499}`. */
type Values = Readonly<Record<string, string | readonly string[]>>

const RANGE = /^(.*)\{(\d+)\.\.(\d+)\}(.*)$/

/** How many values a range stands for; 1 for what is no range. */
export function sizeOfRange(value: string): number {
  const [, , from, to] = RANGE.exec(value) ?? []
  return from === undefined ? 1 : Math.max(0, Number(to) - Number(from) + 1)
}

/** `r-{0000..0499}` -> r-0000, r-0001, …; a list stays as it is. */
export function expandValues(values: Values | undefined): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => {
      if (typeof value !== 'string') return [name, [...value]]
      const [, before = '', from, , after = ''] = RANGE.exec(value) ?? []
      if (from === undefined) return [name, [value]]
      const nth = (i: number) => `${before}${String(Number(from) + i).padStart(from.length, '0')}${after}`
      return [name, Array.from({ length: sizeOfRange(value) }, (_, i) => nth(i))]
    }),
  )
}
