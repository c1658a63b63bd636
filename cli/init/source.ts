/** Reads what a gateway is described by: a file, or a URL that is asked once. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import { CannotRun, messageOf } from '../base/errors.ts'

/** More is no description of an API, and would cost gigabytes to take apart. */
const MOST_BYTES = 64 * 1024 * 1024
const MOST_REDIRECTS = 3

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`
const tooLarge = (where: string, size: string): UsageError =>
  new UsageError(`${where}: expected at most ${megabytes(MOST_BYTES)}, found ${size}; keep the part that is to be loaded`)

export const isUrl = (written: string): boolean => /^https?:\/\//i.test(written)

export function readFile(written: string, option: string): string {
  const file = resolve(written)
  if (!existsSync(file)) throw new UsageError(`${option}: no such file: ${file}`)
  const stat = statSync(file)
  if (!stat.isFile()) throw new UsageError(`${option}: expected a file, found a folder: ${file}`)
  if (stat.size > MOST_BYTES) throw tooLarge(`${option}: ${file}`, megabytes(stat.size))
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${option}: cannot read ${file}: ${messageOf(error)}`)
  }
}

export interface Fetched {
  status: number
  type: string
  text: string
  /** Where it was in the end. */
  url: string
}

async function textOf(response: Response, url: string): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length
    if (bytes > MOST_BYTES) throw tooLarge(url, 'more')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

const ACCEPT = 'application/json, application/yaml, application/linkset+json, */*;q=0.5'

/**
 * One GET. Redirects are followed on the same host only: where they lead elsewhere, nobody has asked for it.
 * @throws CannotRun where nothing answers
 */
export async function fetchText(asked: string, timeout: number): Promise<Fetched> {
  const signal = AbortSignal.timeout(timeout)
  let url = asked
  for (let redirects = 0; ; redirects++) {
    let response: Response
    try {
      response = await fetch(url, { redirect: 'manual', signal, headers: { accept: ACCEPT } })
      const to = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || to === null || !URL.canParse(to, url)) {
        const type = response.headers.get('content-type') ?? ''
        return { status: response.status, type, text: await textOf(response, url), url }
      }
      const next = new URL(to, url)
      await response.body?.cancel()
      if (next.host !== new URL(url).host)
        return { status: response.status, type: '', text: '', url: `${url} (it sends to ${next.host}, which nobody has named)` }
      if (redirects === MOST_REDIRECTS) return { status: response.status, type: '', text: '', url }
      url = next.href
    } catch (error) {
      if (error instanceof UsageError) throw error
      const { cause } = error as { cause?: { code?: string; message?: string } }
      throw new CannotRun(
        `${url} did not answer${signal.aborted ? ` within ${timeout / 1000} s` : `: ${cause?.code ?? cause?.message ?? messageOf(error)}`}`,
      )
    }
  }
}
