import type { Endpoint } from '../endpoint/endpoint.ts'
import { isWord } from '../endpoint/quick-check.ts'
import { Recent } from '../endpoint/recent.ts'
import { is, object, readAnswer, text } from '../endpoint/rules.ts'

/** Bytes of each upload. */
const SIZE = 4096

/** Text number n of an upload. */
export const uploadText = (n: number): string => `loadgate upload ${n}\n`.repeat(1000).slice(0, SIZE)

/** SHA-256 of texts 1, 2, … (a test computes them anew): k6 would reckon them in every run. */
export const DIGESTS = [
  'fbb0581ab359a97828c7521a3cea8186f932a589788d1fab9ca4f82b615bbc8e',
  '25987080c2fff9bf0b9c8c82418416de19ad10bae50e8429de1a10f97521e756',
  '350ac42fa5e8e95c6f9d36ffdec530b39a1a3b4720406078ed41763f71830d2b',
  '2c26fed4cb2594320e164cc415258708d09a275692bc056c0e7d13bc00e2482a',
]

/** A file of 4 KiB; the answer must carry its size and its SHA-256. */
export const upload: Endpoint<'upload'> = {
  name: 'upload',
  method: 'POST',
  path: '/api/v1/integration/storage/upload',
  auth: true,
  status: [201, 200],
  type: 'application/json',
  calls: () =>
    DIGESTS.map((digest, i) => ({
      body: uploadText(i + 1),
      headers: { 'Content-Type': 'application/octet-stream', 'X-Filename': 'loadgate.txt' },
      expect: digest,
    })),
  check() {
    const ids = new Recent()
    const right = object({ id: text, size: is(SIZE) })
    return {
      check(body, expect) {
        const answer = readAnswer<{ id: string; sha256?: unknown }>(body, right)
        if (typeof answer === 'string') return answer
        const { id, sha256 } = answer
        if (sha256 !== expect) return `has sha256 ${JSON.stringify(sha256)}, which is not that of what was sent`
        return ids.add(id) ? undefined : 'repeats the id of an upload before'
      },
      variety: { free: { id: (id) => isWord(id) && ids.add(id) } },
    }
  },
}
