/** Programs of the system that some tests look through: a browser, a Prometheus. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'

function find(names: readonly string[]): string | undefined {
  for (const name of names)
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const file = join(folder, name)
      try {
        accessSync(file, constants.X_OK)
        return file
      } catch {
        // The next place.
      }
    }
  return undefined
}

/** Path of a program; the test is skipped where there is none, but not in CI, where nobody would see it. */
export function installed(t: Pick<TestContext, 'skip'>, how: string, ...names: readonly string[]): string | undefined {
  const found = find(names)
  if (found !== undefined) return found
  if (process.env.CI === 'true') throw new Error(`none of ${names.join(', ')} is installed: ${how}`)
  t.skip(`none of ${names.join(', ')} is installed: ${how}`)
  return undefined
}
