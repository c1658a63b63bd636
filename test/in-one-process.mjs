// Runs the test files of some folders in one process: for pure tests, starting a process for each file is most of the time.
// node --import tsx test/in-one-process.mjs test/unit/lib …
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const folders = process.argv.slice(2)
const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => resolve(folder, file)),
)
if (files.length === 0) throw new Error(`no *.test.ts in ${folders.join(', ') || 'no folder'}`)
for (const file of files.sort()) await import(pathToFileURL(file).href)
