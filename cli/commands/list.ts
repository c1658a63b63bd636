/** `loadgate list`: the load tests, and where more is said of them. */
import { docsUrl } from '../../lib/base/docs-url.ts'
import { type Project, scriptsOf } from '../base/project.ts'
import type { Terminal } from '../base/terminal.ts'
import type { Command } from './command.ts'

const MORE = [
  'Limits are in thresholds/<script>.json and thresholds/production/<script>.json;',
  `guides: ${docsUrl('reference/scripts')}`,
]

function list(project: Project, terminal: Terminal): number {
  const scripts = scriptsOf(project)
  const width = Math.max(...scripts.map(({ name }) => name.length))
  for (const { name, description } of scripts) terminal.print(`${name.padEnd(width)}  ${description}`)
  terminal.print('')
  for (const line of MORE) terminal.print(line)
  return 0
}

export const command: Command = {
  name: 'list',
  description: 'list the load tests',
  run: (_, { project, terminal }) => list(project, terminal),
}
