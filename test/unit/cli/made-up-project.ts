import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Project } from '../../../cli/base/project.ts'
import type { Terminal } from '../../../cli/base/terminal.ts'

/** A folder that goes away with the test. */
export function folderOf(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'loadgate-cli-')))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function put(file: string, content: string, mode = 0o644): string {
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, content, { mode })
  return file
}

/** A package with two scripts and a target. */
export function madeUpProject(t: TestContext): Project {
  const root = folderOf(t)
  const scripts = [
    { name: 'burst', description: 'A sudden spike' },
    { name: 'smoke', description: 'Every endpoint once' },
  ]
  put(join(root, 'package.json'), '{"version":"1.2.3"}')
  put(join(root, 'dist', 'scripts.json'), JSON.stringify(scripts))
  for (const { name } of scripts) put(join(root, 'dist', `${name}.js`), '')
  put(join(root, 'thresholds', 'burst.json'), '{}')
  put(join(root, 'targets', 'reference.json'), '{"base_url":"http://127.0.0.1:8080"}')
  return { root, version: '1.2.3' }
}

/** A terminal that remembers what was printed and noted. */
export function quietTerminal() {
  const printed: string[] = []
  const noted: string[] = []
  const terminal: Terminal = {
    print: (line) => void printed.push(line),
    note: (line) => void noted.push(line),
    colour: false,
    live: false,
    command: () => {},
    progress: { draw: () => {}, wipe: () => {} },
    // No line is broken: tests look for whole sentences.
    size: () => ({ columns: 1000, rows: 40 }),
  }
  return { terminal, printed, noted }
}
