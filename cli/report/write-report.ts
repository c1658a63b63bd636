/** `report.html` from what a run has left behind. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from '../base/project.ts'
import { type PageAssets, type RunResults, reportPage } from './html/page.ts'

/** The page's script and style, as the build made them; undefined when it did not. */
function pageAssets(project: Project): PageAssets | undefined {
  const [script, style] = ['page.js', 'page.css'].map((file) => join(project.root, 'dist', 'report', file))
  if (script === undefined || style === undefined || !existsSync(script) || !existsSync(style)) return undefined
  return { script: readFileSync(script, 'utf8'), style: readFileSync(style, 'utf8') }
}

/** Undefined when the page was never built. */
export function makeReport(project: Project, results: RunResults): string | undefined {
  const assets = pageAssets(project)
  return assets && reportPage(results, assets)
}
