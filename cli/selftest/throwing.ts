/** A k6 whose scripts throw for each request without an answer, as under its flag `--throw`, which `loadgate run` refuses. */
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { quoted } from '../base/shell.ts'

const WRAPPED = 'loud-http.js'

/** Stands in for `k6/http`. */
const LOUD = `import http from 'k6/http'
const loud = (response) => {
  if (response.status === 0) throw new Error(response.error)
  return response
}
export const { expectedStatuses } = http
export const request = (...given) => loud(http.request(...given))
export const get = (...given) => loud(http.get(...given))
export const post = (...given) => loud(http.post(...given))
export const asyncRequest = async (...given) => loud(await http.asyncRequest(...given))
export const batch = (requests) => {
  const responses = http.batch(requests)
  for (const response of responses) loud(response)
  return responses
}
export default { expectedStatuses, request, get, post, asyncRequest, batch }
`

const program = (k6: string, script: string, copy: string): string => `#!/bin/sh
for word do
  shift
  if [ "$word" = ${quoted(script)} ]; then word=${quoted(copy)}; fi
  set -- "$@" "$word"
done
exec ${quoted(k6)} "$@"
`

/**
 * @param script path of the bundle, in whose place a copy is run
 * @returns the path of it
 */
export function throwing(k6: string, script: string, folder: string): string {
  const bundle = readFileSync(script, 'utf8')
  const changed = bundle.replaceAll(/(["'])k6\/http\1/g, `"./${WRAPPED}"`)
  if (changed === bundle) throw new Error(`${script} sends nothing by k6/http`)
  const [copy, file] = [join(folder, basename(script)), join(folder, 'k6')]
  // What it maps is not beside the copy.
  writeFileSync(copy, changed.replace(/^\/\/# sourceMappingURL=.*$/m, ''))
  writeFileSync(join(folder, WRAPPED), LOUD)
  writeFileSync(file, program(k6, script, copy), { mode: 0o755 })
  return file
}
