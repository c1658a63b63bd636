/** Where a k6 of the user's own may be. */
import { accessSync, constants, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Programs called `name` on PATH, then where `go install` puts them. */
export function candidates(name: string, env: Environment): string[] {
  const home = env.HOME || homedir()
  const folders = [
    ...(env.PATH ?? '').split(delimiter),
    ...(env.GOBIN ? [env.GOBIN] : []),
    ...(env.GOPATH ?? '').split(delimiter).flatMap((folder) => (folder === '' ? [] : [join(folder, 'bin')])),
    join(home, 'go', 'bin'),
  ]
  const files = folders.filter((folder) => folder !== '').map((folder) => join(folder, name))
  return [...new Set(files)].filter(isProgram)
}
