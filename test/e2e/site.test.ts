/** The site that `npm run docs` builds: every page, a search, and no link that leads nowhere. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pageFiles } from '../docs/pages.ts'
import { thorough } from '../thorough.ts'
import { folderOf } from './script-run.ts'

thorough('the site has every page and a search, and links files of the repository there', async (t) => {
  const site = await folderOf(t)
  // A dead link ends it with 1.
  await promisify(execFile)('npx', ['--no-install', 'vitepress', 'build', 'docs', '--outDir', site])
  const pages = pageFiles().filter((file) => file.startsWith('docs/'))
  const htmlOf = (file: string): string => readFileSync(join(site, file.replace(/^docs\/(.*)\.md$/, '$1.html')), 'utf8')
  for (const file of pages) {
    const title = /^# (.*)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? assert.fail(`${file} has no title`)
    assert.ok(htmlOf(file).replaceAll('&#39;', "'").includes(title), file)
  }
  assert.ok(readdirSync(join(site, 'assets', 'chunks')).some((name) => name.startsWith('@localSearchIndexroot')))
  assert.match(htmlOf('docs/how-to/gitlab.md'), /href="https:\/\/github\.com\/[^"]*\/blob\/main\/deploy\/ci\/gitlab-ci\.yml"/)
})
