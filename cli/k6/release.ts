/** The pinned official release, verified against its published checksums. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { unpack } from './archive.ts'
import { platform } from './cache.ts'
import { PINNED } from './version.ts'

const RELEASES = 'https://github.com/grafana/k6/releases/download'
/** A machine without a way out must learn it quickly: there is still Go to try. */
const CONNECT_MS = 5_000
const STALL_MS = 20_000

function releaseName(): string {
  const { os, arch } = platform()
  return `k6-v${PINNED}-${os}-${arch}.${os === 'macos' ? 'zip' : 'tar.gz'}`
}

/** The reason that fetch hides in the cause of "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException }
  return cause?.message || cause?.code || message
}

async function get(
  url: string,
  to: (body: ReadableStream<Uint8Array>, alive: () => void) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  const late = new AbortController()
  const wait = (ms: number, why: string) => setTimeout(() => late.abort(new Error(`${why} in ${ms / 1000} s`)), ms)
  let timer = wait(CONNECT_MS, 'no answer')
  const alive = (): void => {
    clearTimeout(timer)
    timer = wait(STALL_MS, 'nothing received')
  }
  try {
    const response = await fetch(url, { signal: AbortSignal.any([late.signal, stop]) })
    if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`)
    alive()
    await to(response.body as ReadableStream<Uint8Array>, alive)
  } catch (error) {
    throw new Error(`${new URL(url).host}: ${reasonOf(error)}`)
  } finally {
    clearTimeout(timer)
  }
}

async function getText(url: string, stop: AbortSignal): Promise<string> {
  let text = ''
  await get(
    url,
    async (body) => {
      text = await new Response(body).text()
    },
    stop,
  )
  return text
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Downloads into `folder` and returns the path of the unpacked program. */
export async function download(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  note: (line: string) => void,
  stop: AbortSignal,
): Promise<string> {
  const name = releaseName()
  const base = `${(env.LOADGATE_K6_RELEASES || RELEASES).replace(/\/+$/, '')}/v${PINNED}`
  const published = await getText(`${base}/k6-v${PINNED}-checksums.txt`, stop)
  const expected = published
    .split('\n')
    .map((line) => line.trim().split(/\s+\*?/))
    .find(([, file]) => file === name)?.[0]
  if (expected === undefined) throw new Error(`the published checksums have no ${name}`)
  note(`Downloading ${name} (about 30 MB) …`)
  const archive = join(folder, name)
  await get(
    `${base}/${name}`,
    async (body, alive) => {
      const watch = new Transform({
        transform(chunk, _encoding, done) {
          alive()
          done(null, chunk)
        },
      })
      await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), watch, createWriteStream(archive))
    },
    stop,
  )
  const found = await sha256(archive)
  if (found !== expected.toLowerCase()) throw new Error(`${name} has the checksum ${found}, published is ${expected}`)
  return await unpack(archive, folder)
}
