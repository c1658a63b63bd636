/** The pages that people read, taken apart: links, code in lines, and blocks of code. */
import { readdirSync, readFileSync } from 'node:fs'

export interface Block {
  /** Empty where none is given. */
  language: string
  text: string
  /** Page and line, for whoever has to find it. */
  where: string
  /** The block below it, where nothing stands between: what its first line prints. */
  output: string | undefined
}

export interface Page {
  file: string
  text: string
  blocks: Block[]
  /** `code` between backticks, outside of blocks. */
  inline: string[]
  links: string[]
}

const FENCE = /^(```+)([\w-]*)\n([\s\S]*?)^\1$/gm
const OUTPUT = /^\s*```\n([\s\S]*?)^```$/m

/** @param file path from the root of the project */
export function readPage(file: string, text = readFileSync(file, 'utf8')): Page {
  const blocks = [...text.matchAll(FENCE)].map(({ 0: whole, index, 2: language = '', 3: code = '' }) => {
    const below = OUTPUT.exec(text.slice(index + whole.length))
    const where = `${file}:${text.slice(0, index).split('\n').length}`
    return { language, text: code, where, output: below?.index === 0 ? below[1] : undefined }
  })
  const prose = text.replace(FENCE, '')
  return {
    file,
    text,
    blocks,
    inline: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code),
    links: [...prose.replace(/`[^`\n]+`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link),
  }
}

export const pageFiles = (): string[] => [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
]

export const allPages = (): Page[] => pageFiles().map((file) => readPage(file))

export interface Line {
  text: string
  where: string
  /** What the page shows of its output. */
  output?: string | undefined
}

/** Every different line of the blocks that a shell is meant to read; of those that several pages have, the one that shows an output. */
export function shellLines(pages: readonly Page[]): Line[] {
  const lines = pages
    .flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'sh'))
    .flatMap(({ text, where, output }) =>
      text.split('\n').map((line, at) => ({ text: line.trim(), where, output: at === 0 ? output : undefined })),
    )
    .filter(({ text }) => text !== '')
  const different = new Map<string, Line>()
  for (const line of lines) if (different.get(line.text)?.output === undefined) different.set(line.text, line)
  return [...different.values()]
}
