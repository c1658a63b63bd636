/** What `npm run …` starts in the end. */
import { readFileSync } from 'node:fs'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

/** What npm does itself, without a script. */
export const NPM = ['ci', 'install', 'pack']

/**
 * The words of the last program, builds before it left out.
 * @param words such as `['run', 'bench', '--', 'http']`
 */
export function startedBy(words: readonly string[]): string[] {
  const [name = '', ...more] = words[0] === 'run' ? words.slice(1) : words
  const script = scripts[name]
  if (script === undefined) throw new Error(`no npm script ${name}`)
  const started = (script.split('&&').at(-1) ?? '').trim().split(' ')
  const all = [...started, ...(more[0] === '--' ? more.slice(1) : more)]
  return all[0] === 'npm' ? startedBy(all.slice(1)) : all
}
