/** `npm run docs:images`: makes the pictures of docs/ anew, from a run that fails, in a real browser. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { look, startBrowser } from '../../test/e2e/browser.ts'
import { installed } from '../../test/e2e/installed.ts'

const missing = (why = ''): never => {
  throw new Error(why)
}
const program = installed({ skip: missing }, 'apt-get install chromium', 'chromium', 'chromium-browser', 'google-chrome')
const folder = mkdtempSync(join(tmpdir(), 'loadgate-images-'))
const browser = await startBrowser(program ?? missing())
try {
  const words = [
    'run',
    'burst',
    '--profile',
    'smoke',
    '--fault',
    'empty_object:endpoint=resource,share=0.02',
    '--results',
    folder,
  ]
  const { status } = spawnSync(process.execPath, ['dist/loadgate.mjs', ...words], { stdio: 'inherit' })
  if (status !== 99) throw new Error(`the run ended with ${status}, not with 99: a picture of it would show something else`)
  const [run = missing('no results')] = readdirSync(folder)
  const html = readFileSync(join(folder, run, 'report.html'), 'utf8')
  const { page } = await look(browser, folder, html, { viewport: { width: 1280, height: 1400 }, colorScheme: 'light' })
  await page.screenshot({ path: 'docs/images/report.png' })
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}
