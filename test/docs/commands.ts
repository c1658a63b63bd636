/** Every command that the pages print, in blocks and in lines of text. */
import { allPages, type Line, type Page, shellLines } from './pages.ts'

const PROGRAMS =
  'loadgate|npx|npm|node|k6|curl|git|docker|kubectl|apt-get|sudo|df|cat|timedatectl|prometheus|taskset|ulimit|sysctl'
const COMMAND = new RegExp(`^(?:[A-Z][A-Z_]*=\\S+ +)*(?:${PROGRAMS}) +\\S`)

/** What text calls a command by: nothing that a shell could run. */
const NAMES = [
  'loadgate run',
  'loadgate plan',
  'loadgate gates diff',
  'loadgate judge',
  'loadgate kubernetes',
  'k6 run',
  'k6 cloud run',
  'k6 archive',
  'sysctl -w',
]

/** Text speaks of any of several; one of them is run. */
const written = (code: string): string =>
  code
    .replace(/^loadgate /, 'npx loadgate ')
    .replaceAll(/<(name|script)>/g, 'http')
    .replaceAll(/<(\w+)>/g, '[$1]')

const inText = ({ file, inline }: Page): Line[] =>
  inline
    .filter((code) => COMMAND.test(code) && !NAMES.includes(code))
    .map((code) => ({ text: written(code), where: `${file}, in the text` }))

/** Each once; where a block has it, as the block has it. */
export function printedCommands(pages: readonly Page[] = allPages()): Line[] {
  const all = [...shellLines(pages), ...pages.flatMap(inText)]
  const bare = ({ text }: Line): string => text.replace(/ +#.*$/, '')
  return [...new Map(all.toReversed().map((line) => [bare(line), line])).values()].toReversed()
}

/** Commands where nobody looks for them: in blocks without a language, and in lines that are set in. */
export const strayCommands = (pages: readonly Page[] = allPages()): string[] =>
  pages.flatMap(({ file, text, blocks }) => {
    const lines = [
      ...blocks.filter(({ language }) => language !== 'sh').flatMap((block) => block.text.split('\n')),
      ...text.split('\n').filter((line) => line.startsWith('    ')),
    ]
    return lines.filter((line) => COMMAND.test(line.trim())).map((line) => `${file}: ${line.trim()}`)
  })
