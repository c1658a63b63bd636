// `--summary=jslib`: the text and JUnit of Grafana's k6-summary in place of the project's own.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const TIMEOUT_MS = 20_000
const MAX_BYTES = 1024 * 1024

const sha256 = (content) => createHash('sha256').update(content).digest('hex')

/** What is downloaded, and what it must be: a JSON file with name, version, url and sha256. */
export function readRecord(file) {
  const record = JSON.parse(readFileSync(file, 'utf8'))
  for (const key of ['name', 'version', 'url', 'sha256'])
    if (typeof record[key] !== 'string') throw new Error(`${file}: expected a text for ${key}`)
  return record
}

function cached(file, { sha256: expected }) {
  try {
    const content = readFileSync(file)
    // A file that was changed is fetched again.
    return sha256(content) === expected ? content : undefined
  } catch {
    return undefined
  }
}

/**
 * The module's source: from the cache, or else from its address, and never any other than the recorded one.
 * @param folder where it is kept
 */
export async function fetchModule(record, folder) {
  const { name, version, url, sha256: expected } = record
  const file = join(folder, `${name}-${version}.js`)
  const kept = cached(file, record)
  if (kept !== undefined) return { file, content: kept, downloaded: false }
  let content
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (!response.ok) throw new Error(`it answered ${response.status}`)
    content = Buffer.from(await response.arrayBuffer())
  } catch (error) {
    const reason = error.cause?.message || error.cause?.code || error.message
    throw new Error(
      `--summary=jslib needs ${url} once, and it could not be had: ${reason}. Build without it, or put the file at ${file}.`,
    )
  }
  if (content.length > MAX_BYTES) throw new Error(`${url} is larger than ${MAX_BYTES} bytes`)
  const found = sha256(content)
  if (found !== expected) throw new Error(`${url} has the SHA-256 ${found}, recorded is ${expected}: it is not used`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.part`, content)
  renameSync(`${file}.part`, file)
  return { file, content, downloaded: true }
}

/** esbuild plugin: lib/summary/presentation.ts gives way to presentation-jslib.ts, which imports the module that was fetched. */
export const jslibSummary = (file) => ({
  name: 'jslib-summary',
  setup(build) {
    build.onResolve({ filter: /[\\/]presentation\.ts$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace(/presentation\.ts$/, 'presentation-jslib.ts')),
    }))
    build.onResolve({ filter: /^jslib:k6-summary$/ }, () => ({ path: resolve(file) }))
  },
})
