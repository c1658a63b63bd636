// `node build/release-notes.mjs v0.2.0` prints what CHANGELOG.md says of that version, for a release; what does not fit together is refused.
import { readFileSync } from 'node:fs'

const SECTION = /^## (\S+?),? (.*)$/

/**
 * @param tag such as v0.2.0
 * @returns the lines below the heading of that version
 * @throws where the package is of another version, or the changes do not say when it was released
 */
export function notesOf(tag, version, changelog) {
  if (tag !== `v${version}`) throw new Error(`tag ${tag}: package.json is of version ${version}`)
  const lines = changelog.split('\n')
  const at = lines.findIndex((line) => SECTION.exec(line)?.[1] === version)
  if (at < 0) throw new Error(`CHANGELOG.md has no section "## ${version}, <date>"`)
  const [, , date] = SECTION.exec(lines[at])
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date))
    throw new Error(`CHANGELOG.md: ${version}: expected the day of its release as 2026-12-31, found "${date}"`)
  const end = lines.findIndex((line, i) => i > at && line.startsWith('## '))
  return lines
    .slice(at + 1, end < 0 ? undefined : end)
    .join('\n')
    .trim()
}

if (process.argv[1]?.endsWith('release-notes.mjs'))
  try {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    console.log(notesOf(process.argv[2] ?? '', version, readFileSync('CHANGELOG.md', 'utf8')))
  } catch (error) {
    console.error(`release: ${error.message}`)
    process.exitCode = 1
  }
