/** A k6 that stands still again and again in the middle of its run. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quoted } from './quoted.ts'
import type { Pauses } from './suite.ts'

/** The shell's process becomes k6's, so that its number is known beforehand. */
const program = (k6: string, { after_s, for_s, apart_s, times }: Pauses): string => `#!/bin/sh
if [ "$1" = run ]; then
  (
    sleep ${after_s}
    n=0
    while [ $n -lt ${times} ] && kill -s STOP $$; do
      sleep ${for_s}
      kill -s CONT $$
      sleep ${apart_s}
      n=$((n + 1))
    done
  ) >/dev/null 2>&1 </dev/null &
fi
exec ${quoted(k6)} "$@"
`

/** @returns the path of it */
export function pausing(k6: string, pauses: Pauses, folder: string): string {
  const file = join(folder, 'k6')
  writeFileSync(file, program(k6, pauses), { mode: 0o755 })
  return file
}
