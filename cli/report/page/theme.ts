/** Colours of the page's style, for the canvas. */

export interface Theme {
  ink: string
  quiet: string
  rule: string
  shade: string
  ground: string
  bad: string
  /** Colours of lines, in the order in which they are used. Lines differ by dashes too. */
  lines: string[]
}

export function theme(): Theme {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: of('ink'),
    quiet: of('quiet'),
    rule: of('rule'),
    shade: of('shade'),
    ground: of('ground'),
    bad: of('bad'),
    lines: [1, 2, 3, 4, 5, 6].map((number) => of(`line-${number}`)),
  }
}
