/** The container image: what its Dockerfile does, by a linter and by rules of our own. Where a builder is, the release workflow builds it. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { validate } from 'dockerfile-utils'
import { PINNED } from '../../../../cli/k6/version.ts'

const FOLDER = 'deploy/container'
const text = readFileSync(join(FOLDER, 'Dockerfile'), 'utf8')
const complaints = (written: string) => validate(written).map(({ message }) => message)
/** Instructions, continued lines as one, without comments. */
const instructions = text
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')

test('the linter of Dockerfiles has nothing to say, and does see faults', () => {
  assert.deepEqual(complaints(text), [])
  assert.notDeepEqual(complaints(text.replace('ENTRYPOINT', 'ENTRYPONT')), [])
  assert.notDeepEqual(complaints(text.replace('USER node', 'USER')), [])
})

test('it runs as nobody of power, on images of a version', () => {
  const last = instructions.findLast((line) => line.startsWith('USER '))
  assert.equal(last, 'USER node')
  const after = instructions.slice(instructions.indexOf('USER node') + 1)
  assert.deepEqual(
    after.map((line) => line.split(' ')[0]),
    ['ENTRYPOINT', 'CMD'],
  )
  for (const from of instructions.filter((line) => line.startsWith('FROM ')))
    assert.match(from, /^FROM \w+:\d+-bookworm-slim( AS \w+)?$/)
})

test('what it copies is there, and k6 comes with its license and the source of its version', () => {
  const copied = instructions
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(/\s+/).slice(1, -1))
  assert.ok(copied.includes(`${FOLDER}/k6-LICENSE.md`) && copied.includes(`${FOLDER}/k6-SOURCE.md`) && copied.includes('LICENSE'))
  for (const file of copied) assert.ok(existsSync(file), file)
  assert.match(readFileSync(join(FOLDER, 'k6-LICENSE.md'), 'utf8'), /^### GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3,/)
  const source = readFileSync(join(FOLDER, 'k6-SOURCE.md'), 'utf8')
  assert.ok(source.includes(`https://github.com/grafana/k6/tree/v${PINNED}`) && source.includes(`go.k6.io/k6@v${PINNED}`))
  assert.match(text, /image\.licenses="MIT AND AGPL-3\.0-only"/)
})

test("the judge's image: linted as well, as a number that is not root, on an image of a version", () => {
  const judge = readFileSync('deploy/kubernetes/Dockerfile', 'utf8')
  assert.deepEqual(complaints(judge), [])
  assert.match(judge, /^USER 1000:1000\nENTRYPOINT \["loadgate"\]\nCMD /m)
  for (const [, from] of judge.matchAll(/^FROM (\S+)/gm)) assert.match(from ?? '', /^node:\d+-bookworm-slim$/)
  for (const [, file = ''] of judge.matchAll(/^COPY (?!--from)(\S+)/gm)) assert.ok(existsSync(file), file)
})
