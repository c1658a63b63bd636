/** `loadgate list`: the load tests and the thresholds that each has. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Project, scriptsOf } from './project.ts'
import type { Terminal } from './terminal.ts'

function thresholdsOf(project: Project, script: string): string {
  const sets = [
    ['standard', join('thresholds', `${script}.json`)],
    ['production', join('thresholds', 'production', `${script}.json`)],
  ] as const
  const found = sets.flatMap(([name, file]) => (existsSync(join(project.root, file)) ? [name] : []))
  return found.join(', ') || 'none'
}

export function list(project: Project, terminal: Terminal): number {
  const scripts = scriptsOf(project)
  const rows = [
    ['script', 'thresholds', 'what it does'],
    ...scripts.map(({ name, description }) => [name, thresholdsOf(project, name), description]),
  ]
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  for (const [name = '', thresholds = '', description = ''] of rows)
    terminal.print(`${name.padEnd(width(0))}  ${thresholds.padEnd(width(1))}  ${description}`)
  return 0
}
