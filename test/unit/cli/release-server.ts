import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { create } from 'tar'
import { platform } from '../../../cli/k6/cache.ts'
import { PINNED } from '../../../cli/k6/version.ts'
import { folderOf, put } from './made-up-project.ts'

const { os, arch } = platform()
const FOLDER = `k6-v${PINNED}-${os}-${arch}`

/** A program that says it is a k6 of this version, by the name of its file as the real one does. */
export const k6Saying = (version: string): string => `#!/bin/sh\necho "$(basename "$0") v${version} (go1.26.8, ${os}/${arch})"\n`

/** An archive as the official releases are, with this program in it. */
export async function archiveOf(t: TestContext, program: string): Promise<Buffer> {
  const folder = folderOf(t)
  mkdirSync(join(folder, FOLDER))
  put(join(folder, FOLDER, 'k6'), program, 0o755)
  put(join(folder, FOLDER, 'README.md'), 'never unpacked')
  await create({ gzip: true, cwd: folder, file: join(folder, 'a.tar.gz') }, [FOLDER])
  return readFileSync(join(folder, 'a.tar.gz'))
}

export interface Releases {
  archive: Buffer
  /** Default: the right one. */
  checksum?: string
  status?: number
  /** The connection breaks after so many bytes of the archive. */
  cutAfter?: number
}

/** A server of releases; returns its URL and what it was asked for. */
export async function releaseServer(t: TestContext, { archive, checksum, status = 200, cutAfter }: Releases) {
  const asked: string[] = []
  const right = createHash('sha256').update(archive).digest('hex')
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (status !== 200) response.writeHead(status).end()
    else if (request.url === `/v${PINNED}/k6-v${PINNED}-checksums.txt`)
      response.end(`${'0'.repeat(64)}  k6-v${PINNED}-other.zip\n${checksum ?? right}  ${FOLDER}.tar.gz\n`)
    else if (request.url !== `/v${PINNED}/${FOLDER}.tar.gz`) response.writeHead(404).end()
    else if (cutAfter === undefined) response.end(archive)
    else {
      response.writeHead(200, { 'Content-Length': archive.length })
      response.write(archive.subarray(0, cutAfter), () => response.destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}
