/** What a release says of itself. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { notesOf } from '../../../build/release-notes.mjs'

const CHANGES =
  '# Changes\n\nWords.\n\n## 0.3.0, not released yet\n\n- c\n\n## 0.2.0, 2026-12-24\n\n- a\n- b\n\n## 0.1.0, 2026-11-01\n\n- first\n'
const FILE = '.github/workflows/release.yml'

test('the notes of a version are its part of the changes', () => {
  assert.equal(notesOf('v0.2.0', '0.2.0', CHANGES), '- a\n- b')
  assert.equal(notesOf('v0.1.0', '0.1.0', CHANGES), '- first')
})

test('what does not fit together is not released', () => {
  assert.throws(() => notesOf('v0.2.1', '0.2.0', CHANGES), /tag v0\.2\.1: package\.json is of version 0\.2\.0/)
  assert.throws(() => notesOf('v0.4.0', '0.4.0', CHANGES), /no section "## 0\.4\.0, <date>"/)
  assert.throws(
    () => notesOf('v0.3.0', '0.3.0', CHANGES),
    /0\.3\.0: expected the day of its release as 2026-12-31, found "not released yet"/,
  )
})

test('the list of changes has a part for the version of the package, and says what the numbers mean', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  const changes = readFileSync('CHANGELOG.md', 'utf8')
  assert.match(changes, new RegExp(`^## ${version.replaceAll('.', '[.]')}, `, 'm'))
  assert.match(changes, /semantic versioning/i)
})

test('the workflow publishes with provenance', () => {
  const text = readFileSync(FILE, 'utf8')
  assert.match(text, /id-token: write/)
  assert.match(text, /npm publish --provenance/)
})
