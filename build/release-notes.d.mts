/** @returns what CHANGELOG.md says of the version of that tag. @throws where tag, package and changes do not fit together */
export function notesOf(tag: string, version: string, changelog: string): string
