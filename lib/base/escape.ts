/**
 * What comes from outside (answers, names in files, k6's own lines), written for the place where it will stand, so that nobody
 * obeys it there: no terminal, no CI system, no renderer of Markdown, XML or HTML. The only place where that is done.
 */

/**
 * What is not seen, or turns what stands around it: control characters, marks of direction, what has no width, what is no character.
 * Written out, since k6's engine does not know the classes of Unicode.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each of them is meant on its own
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** As JSON writes it: then what was JSON is JSON still, and says the same. */
const shown = (characters: string): string =>
  SHORT[characters] ??
  Array.from({ length: characters.length }, (_, i) => `\\u${characters.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')

/** GitHub obeys `::…` at the start of a line and `##[` anywhere in it, Azure `##vso[`, TeamCity `##teamcity[`. */
const COMMANDS = /^\s*:(?=:)|#(?=#\w*\[)/g

/** One line for a terminal or a log, whoever reads along: what is not seen is shown, and nothing in it is a command. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, shown).replace(COMMANDS, (found) => found.slice(0, -1) + shown(found.slice(-1)))

/** The same for a text of several lines; those after the first are set in, so that none can pass for a line of its own. */
export const visibleLines = (text: string): string => text.split(/\r?\n/).map(visible).join('\n    ')

const keepingLines = (text: string): string => text.replace(UNSEEN, (c) => (c === '\n' || c === '\t' ? c : shown(c)))

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Content or attribute of XML and of HTML. */
export const forMarkup = (text: string): string => keepingLines(text).replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)

/** JSON for a file that somebody may print. */
export const forJson = (data: unknown, indent?: number): string => keepingLines(JSON.stringify(data, null, indent))

/** JSON that cannot end the script element that it stands in. */
export const forScript = (data: unknown): string => forJson(data).replace(/[<>&]/g, shown)

/** Between two characters that would be a link, a mention or a reference without it; nothing is shown of it. */
const BREAK = '<!-- -->'
const MARKDOWN =
  /(?<=^\s*)(?:[-+=>]|\d+(?=[.)]))|[\\`*[\]|~$#@<]|(?<!\w)_|_(?!\w)|&(?=[#\w])|:(?=\/\/|[\w+-]+:)|!(?=\d)|%(?=[\w"])|(?<![a-z0-9])www(?=\.)|(?<![a-z0-9])GH(?=-\d)/gi

/** A part of a line of Markdown, also of a cell of a table: plain text, whatever it says. */
export const forMarkdown = (text: string): string =>
  visible(text.replace(/\s*\n\s*/g, ' ')).replace(MARKDOWN, (found) => {
    if (found === '<' || found === '&') return ENTITIES[found] ?? found
    // A list begins with a number and a dot: it is the dot that must not count.
    if (/^(\d|www|GH|[:!%])/i.test(found)) return found + BREAK
    return `\\${found}${/[#@$~]/.test(found) ? BREAK : ''}`
  })

/** A URL, a path or a name in Markdown, as it is. */
export function codeInMarkdown(text: string): string {
  const code = visible(text)
  const fence = '`'.repeat(Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length)) + 1)
  const padding = /^[` ]|[` ]$/.test(code) ? ' ' : ''
  return code === '' ? '' : `${fence}${padding}${code}${padding}${fence}`
}

/** Message of a workflow command of GitHub: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export const forAnnotation = (text: string): string => visible(text).replaceAll('%', '%25')
/** Property of one. */
export const forAnnotationProperty = (text: string): string => forAnnotation(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
