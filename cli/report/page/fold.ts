/** What is folded: long parts on a phone at first, nothing that a link leads to, and no part on paper. */

const PHONE = '(max-width: 640px)'

const partsOf = (): HTMLDetailsElement[] => [...document.querySelectorAll<HTMLDetailsElement>('details.part')]

/** Opens everything that the element stands in, itself included. */
function reveal(id: string): void {
  const target = document.getElementById(id)
  for (let at = target?.closest('details'); at; at = at.parentElement?.closest('details')) at.open = true
  target?.scrollIntoView()
}

export function folding(): void {
  if (matchMedia(PHONE).matches) for (const part of partsOf()) if (part.dataset.folds !== undefined) part.open = false
  const follow = (): void => reveal(decodeURIComponent(location.hash.slice(1)))
  addEventListener('hashchange', follow)
  // A link to where the address already points changes nothing that could be heard of.
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href^="#"]'))
    link.addEventListener('click', () => {
      if (link.hash === location.hash) follow()
    })
  if (location.hash !== '') follow()
  let folded: HTMLDetailsElement[] = []
  matchMedia('print').addEventListener('change', ({ matches }) => {
    if (matches) folded = partsOf().filter(({ open }) => !open)
    for (const part of folded) part.open = matches
  })
}
