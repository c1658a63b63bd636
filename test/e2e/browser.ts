/** A real headless Chromium that looks at one file, and at nothing else. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export interface Looked {
  page: Page
  /** What the page complained about: errors, warnings, refused loads. */
  complaints: string[]
  /** What the page asked for beyond itself. */
  requests: string[]
  /** Milliseconds until everything could be used; undefined without scripts. */
  ready: number | undefined
}

export const startBrowser = (program: string): Promise<Browser> =>
  chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage'] })

export async function look(browser: Browser, folder: string, html: string, options: BrowserContextOptions = {}): Promise<Looked> {
  const file = join(folder, `page-${Math.random().toString(36).slice(2)}.html`)
  await writeFile(file, html)
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const [complaints, requests]: [string[], string[]] = [[], []]
  const url = pathToFileURL(file).href
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url())
  })
  await page.goto(url)
  const scripted = options.javaScriptEnabled !== false
  if (scripted) await page.waitForSelector('html[data-ready]')
  const ready = scripted ? Number(await page.getAttribute('html', 'data-ready')) : undefined
  return { page, complaints, requests, ready }
}
