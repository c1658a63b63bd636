/** Takes the one program out of a release archive; nothing else in it is ever written. */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar'
import yauzl from 'yauzl'

const isProgram = (path: string): boolean => /^[^/]+\/k6$/.test(path)

async function fromTar(archive: string, folder: string): Promise<boolean> {
  let found = false
  await extract({
    file: archive,
    cwd: folder,
    strict: true,
    strip: 1,
    filter: (path, entry) => {
      const wanted = isProgram(path) && 'type' in entry && entry.type === 'File'
      found ||= wanted
      return wanted
    },
  })
  return found
}

async function fromZip(archive: string, folder: string): Promise<boolean> {
  const zip = await yauzl.openPromise(archive)
  try {
    for await (const entry of zip.eachEntry()) {
      if (!isProgram(entry.fileName)) continue
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(join(folder, 'k6')))
      return true
    }
    return false
  } finally {
    zip.close()
  }
}

/** @returns path of the program in `folder` */
export async function unpack(archive: string, folder: string): Promise<string> {
  const found = archive.endsWith('.zip') ? await fromZip(archive, folder) : await fromTar(archive, folder)
  if (!found) throw new Error('the archive has no k6 in it')
  return join(folder, 'k6')
}
