/** `loadgate init`: the files of a load test, from what a gateway is described by. */
import { resolve } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import { allowedHost, hostOf } from '../../lib/base/hosts.ts'
import { checkBaseUrl, type TargetFile } from '../../lib/target/target.ts'
import { CannotRun } from '../base/errors.ts'
import type { Project } from '../base/project.ts'
import { type Terminal, tell } from '../base/terminal.ts'
import { allowing, secretsBefore, TARGET } from './commands.ts'
import { countersOf } from './counters.ts'
import { discover } from './discover.ts'
import type { Draft } from './draft.ts'
import { checkFree, filesOf, writeFiles } from './files.ts'
import { draftOfHar } from './har/har.ts'
import { draftOfOpenApi } from './openapi/openapi.ts'
import { fetchText, isUrl, readFile } from './source.ts'
import { type TargetDraft, targetFileOf } from './target-file.ts'

export interface InitOptions {
  openapi?: string
  har?: string
  baseUrl?: string
  allowTarget?: string
  include?: string[]
  out?: string
}

const TIMEOUT_MS = 10_000
/** Lines of one list: a document of a thousand operations is not read to its end. */
const MOST_LINES = 40

async function fromNetwork(baseUrl: string, allow: string | undefined, terminal: Terminal): Promise<Draft> {
  if (!allowedHost(baseUrl, allow))
    throw new UsageError(
      `${hostOf(baseUrl) ?? baseUrl} is neither loopback nor a private address. If you may ask that host, say so: --allow-target ${hostOf(baseUrl) ?? '<its host>'}`,
    )
  const places = await discover(baseUrl)
  for (const { url, found } of places) terminal.note(`${url}: ${found}`)
  const { url, fetched } = places.find((place) => place.fetched !== undefined) ?? {}
  if (url === undefined || fetched === undefined)
    throw new UsageError(
      `--base-url: none of the ${places.length} places above has an OpenAPI document; give one with --openapi FILE|URL, or a recording with --har FILE`,
    )
  return withCounters(await draftOfOpenApi({ text: fetched.text, where: url, url: fetched.url }, baseUrl), fetched.url)
}

/** A gateway that has given its description is asked how it counts, too. */
async function withCounters(draft: Draft, document: string): Promise<Draft> {
  if (!document.startsWith(`${draft.baseUrl}/`)) return draft
  const reconciliation = await countersOf(draft.baseUrl, document)
  return reconciliation === undefined ? draft : { ...draft, reconciliation }
}

async function fromOpenApi(written: string, baseUrl: string | undefined): Promise<Draft> {
  if (!isUrl(written)) {
    const text = readFile(written, '--openapi')
    return draftOfOpenApi({ text, where: written, file: resolve(written) }, baseUrl)
  }
  if (!URL.canParse(written)) throw new UsageError(`--openapi: expected a file or a URL, found ${JSON.stringify(written)}`)
  const { status, text, url } = await fetchText(written, TIMEOUT_MS)
  if (status !== 200) throw new CannotRun(`loadgate: --openapi: ${url} answered ${status}, not 200`)
  return withCounters(await draftOfOpenApi({ text, where: written, url }, baseUrl), url)
}

function list(terminal: Terminal, title: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  const more = lines.length > MOST_LINES ? [`… and ${lines.length - MOST_LINES} more`] : []
  tell(terminal, ['', title, ...[...lines.slice(0, MOST_LINES), ...more].map((line) => `  ${line}`)])
}

function reportOn(draft: Draft, { file, inMix, off, leftOut }: TargetDraft, files: readonly string[], terminal: Terminal): void {
  list(terminal, 'Written', files)
  const weighed = inMix.some(({ weight }) => weight > 1)
  list(
    terminal,
    `What users send (mix), to ${file.base_url}`,
    inMix.map(({ name, said, weight }) => `${said}  ${name}${weighed ? ` × ${weight}` : ''}`),
  )
  list(
    terminal,
    'In the file, and off: --include "METHOD /path" puts it into the mix',
    off.map(({ said, why }) => `${said}: ${why}`),
  )
  list(terminal, 'Left out', leftOut)
  if (file.reconciliation && file.reconciliation.url !== undefined)
    list(terminal, 'A run is held against the gateway’s own count (reconciliation)', [
      `${file.reconciliation.counter} at ${file.reconciliation.url}`,
    ])
  list(
    terminal,
    'Not known; write it where it says',
    draft.unknown.map(({ what, where }) => `${where}: ${what}`),
  )
  list(terminal, 'Secrets that were seen, and not written', draft.redacted)
  const words = `--target ${TARGET}${allowing(file)}`
  list(terminal, 'Next', [
    `${secretsBefore(file)}npx loadgate check ${words}`,
    `${secretsBefore(file)}npx loadgate run smoke ${words}`,
  ])
}

/** @returns the exit code */
export async function init(options: InitOptions, project: Project, terminal: Terminal): Promise<number> {
  const { openapi, har, include = [], out = '.' } = options
  const baseUrl = options.baseUrl === undefined ? undefined : checkBaseUrl(options.baseUrl, '--base-url').replace(/\/+$/, '')
  if (openapi !== undefined && har !== undefined) throw new UsageError('--openapi and --har: expected one of them, found both')
  let draft: Draft
  if (openapi !== undefined) draft = await fromOpenApi(openapi, baseUrl)
  else if (har !== undefined) draft = draftOfHar(readFile(har, '--har'), har, baseUrl)
  else if (baseUrl !== undefined) draft = await fromNetwork(baseUrl, options.allowTarget, terminal)
  else throw new UsageError('init: expected --openapi FILE|URL, --har FILE or --base-url URL, found none of them')
  const made = targetFileOf(draft, include, openapi ?? har ?? baseUrl ?? '')
  const files = filesOf(project, made.file satisfies TargetFile)
  const folder = resolve(out)
  checkFree(Object.keys(files), folder)
  writeFiles(files, folder)
  reportOn(draft, made, Object.keys(files), terminal)
  return 0
}
