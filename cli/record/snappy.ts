/** Snappy's raw format (https://github.com/google/snappy/blob/main/format_description.txt), as remote write uses it. */
import { compress, uncompress } from 'snappyjs'

export { compress }

/** Three bytes stand for 64 at most: what claims to become more is broken, and need not be given room. */
const MOST_GROWTH = 22
/** Bytes after the tag of a copy, by its kind. */
const COPY_BYTES = [0, 1, 2, 4]

/**
 * Whether every piece ends within the body. snappyjs 0.7.0 reads the length of a long literal as a signed number and
 * never comes back from one that is negative.
 */
function wellFormed(body: Uint8Array): boolean {
  const { buffer, byteOffset, byteLength } = body
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  let at = 0
  while ((bytes[at] ?? 0) >= 128) at += 1
  at += 1
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0
    at += 1
    if ((tag & 3) !== 0) {
      at += COPY_BYTES[tag & 3] ?? 0
      continue
    }
    const lengthBytes = Math.max(0, (tag >>> 2) - 59)
    if (at + lengthBytes > bytes.length) return false
    const length = lengthBytes === 0 ? tag >>> 2 : bytes.readUIntLE(at, lengthBytes)
    at += lengthBytes + length + 1
  }
  return at === bytes.length
}

/** @throws on anything that is not snappy, or that would become larger than `most` bytes */
export function decompress(body: Uint8Array, most: number): Uint8Array {
  if (!wellFormed(body)) throw new Error('not in the format of snappy')
  return uncompress(body, Math.min(most, body.length * MOST_GROWTH))
}
