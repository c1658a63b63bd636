/** `npm run docs`: the pages of docs/ as a static site in site/, with search. A link that leads nowhere fails the build. */
import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { type DefaultTheme, defineConfig } from 'vitepress'

const docs = resolve(import.meta.dirname, '..')
const root = dirname(docs)
interface Package {
  description: string
  homepage: string
}
const { description, homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package
const repository = homepage.replace(/#.*$/, '')

type Item = DefaultTheme.SidebarItem & { items: { text: string; link: string }[] }

/** What the index lists, by its headings: a page is named in one place. */
function sidebar(): Item[] {
  const [, ...sections] = readFileSync(join(docs, 'index.md'), 'utf8').split(/^## /m)
  const listed = sections.map((section): Item => {
    const links = [...section.matchAll(/\[([^\]]+)\]\(([^)]+)\.md\)/g)]
    return {
      text: section.split('\n')[0] ?? '',
      items: links.map(([, text = '', path = '']) => ({ text: text.charAt(0).toUpperCase() + text.slice(1), link: `/${path}` })),
    }
  })
  const first = [
    { text: 'Tutorial', link: '/tutorial' },
    { text: 'Glossary', link: '/glossary' },
  ]
  return [{ text: 'Learn', items: first }, ...listed]
}

/** Files beside docs/ are no pages: their links lead to the repository. */
function outside(href: string, page: string): string | undefined {
  if (/^(\w+:|#|\/)/.test(href)) return undefined
  const path = relative(root, resolve(dirname(page), href))
  return path.startsWith('docs/') ? undefined : `${repository}/blob/main/${path}`
}

export default defineConfig({
  title: 'Loadgate',
  description,
  outDir: join(root, 'site'),
  cacheDir: join(root, '.cache', 'vitepress'),
  cleanUrls: true,
  markdown: {
    config: (markdown) => {
      markdown.core.ruler.push('links to the repository', ({ tokens, env }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === 'link_open' ? token.attrGet('href') : null
          const url = href === null ? undefined : outside(href, (env as { path: string }).path)
          if (url !== undefined) token.attrSet('href', url)
        }
      })
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: sidebar(),
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: repository }],
  },
})
