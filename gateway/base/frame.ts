const FINAL_TEXT = 0x81
const TWO_BYTE_LENGTH = 126

/** A server's text frame, whole and unmasked (RFC 6455, 5.2), so that one buffer can go to ten thousand sockets. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  if (length > 0xffff) throw new RangeError('a frame this long needs an eight-byte length')
  const start = length < TWO_BYTE_LENGTH ? 2 : 4
  const frame = Buffer.allocUnsafe(start + length)
  frame[0] = FINAL_TEXT
  if (start === 2) {
    frame[1] = length
  } else {
    frame[1] = TWO_BYTE_LENGTH
    frame.writeUInt16BE(length, 2)
  }
  frame.write(text, start)
  return frame
}
