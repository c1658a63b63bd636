/** What a line of shell would start: a real shell reads it, and finds programs that only say how they were called. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Call {
  program: string
  words: string[]
  /** Variables that the line itself sets. */
  env: Record<string, string>
}

const PROGRAM = `#!/bin/sh
printf '%s\\0' "\${0##*/}" "$#" "$@"
/usr/bin/env -0
printf '\\0'
`

/** Variables that a shell sets by itself. */
const OWN = ['PATH', 'PWD', 'OLDPWD', '_', 'SHLVL']

/**
 * @param folder where the programs are put
 * @param names programs that a line may start
 * @param given variables that lines may use, such as a secret
 */
export function shell(folder: string, names: readonly string[], given: Readonly<Record<string, string>>) {
  mkdirSync(folder, { recursive: true })
  for (const name of names) {
    writeFileSync(join(folder, name), PROGRAM)
    chmodSync(join(folder, name), 0o755)
  }
  return (line: string): Call[] => {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], {
      env: { PATH: folder, ...given },
      encoding: 'utf8',
    })
    if (status !== 0 || stdout === '') throw new Error(`${line}: ${stderr.trim() || 'starts no program'}`)
    return callsIn(stdout, given)
  }
}

function callsIn(printed: string, given: Readonly<Record<string, string>>): Call[] {
  const fields = printed.split('\0')
  const calls: Call[] = []
  for (let at = 0; at + 1 < fields.length; ) {
    const [program = '', count = ''] = fields.slice(at, at + 2)
    const from = at + 2 + Number(count)
    const to = fields.indexOf('', from)
    const variables = fields.slice(from, to).map((written) => written.split(/=(.*)/s).slice(0, 2))
    const env = Object.fromEntries(variables) as Record<string, string>
    for (const name of [...OWN, ...Object.keys(given)]) delete env[name]
    calls.push({ program, words: fields.slice(at + 2, from), env })
    at = to + 1
  }
  return calls
}
