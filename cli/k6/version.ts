/** Which k6 will do: asked of the program itself, never guessed from its path. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { messageOf } from '../base/errors.ts'

/** The release that is installed where there is none. */
export const PINNED = '1.8.1'
const LEAST_MINOR_OF_1 = 8
const ASK_MS = 15_000

export interface K6 {
  path: string
  version: string
}

export function supported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number)
  return (major === 1 && (minor ?? 0) >= LEAST_MINOR_OF_1) || major === 2
}

/** The version in the answer of `k6 version`, which begins with whatever the file of the program is called. */
export const versionIn = (answer: string): string | undefined => /^\S+ v(\d+\.\d+\.\d+\S*) \(.*\bgo\d/m.exec(answer)?.[1]

/** What the program at a path says it is; or why it will not do. */
export async function askVersion(path: string): Promise<K6 | { problem: string }> {
  let answer: string
  try {
    const { stdout } = await promisify(execFile)(path, ['version'], { timeout: ASK_MS, encoding: 'utf8' })
    answer = stdout
  } catch (error) {
    return { problem: `cannot be run: ${messageOf(error).split('\n', 1)[0]}` }
  }
  const version = versionIn(answer)
  if (version === undefined)
    return { problem: `does not say that it is k6 (it says ${JSON.stringify(answer.slice(0, 60).trim())})` }
  if (!supported(version)) return { problem: `is k6 v${version}; 1.${LEAST_MINOR_OF_1} or newer is needed, of v1 or v2` }
  return { path, version }
}
