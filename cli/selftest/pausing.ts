/** A k6 that stands still again and again in the middle of its run. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quoted } from '../base/shell.ts'
import type { Pauses } from './suite.ts'

/** The shell's process becomes k6's, so that its number is known beforehand. */
const program = (k6: string, { sockets, for_s, apart_s, times }: Pauses): string => `#!/bin/sh
if [ "$1" = run ]; then
  (
    if [ -d /proc/$$/fd ]; then
      until [ "$(ls -l /proc/$$/fd | grep -c socket:)" -ge ${sockets} ]; do
        kill -s 0 $$ || exit
        sleep 0.1
      done
    else
      sleep 2
    fi
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
