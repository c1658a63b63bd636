/** Reads the frames of a gateway's WebSocket: JSON objects in which one member, mostly `type`, says what they are. */
import { isObject, readJson } from '../base/json.ts'
import { readOnce } from '../endpoint/rules.ts'

export interface Frame {
  readonly type: string
  readonly topic?: unknown
  readonly seq?: unknown
  readonly id?: unknown
  readonly sent_at?: unknown
  readonly error?: unknown
}

/**
 * Undefined where the text is no frame.
 * @param member that says what a frame is; whatever its name, it is the `type` of what is returned
 */
export function readFrame(text: string, member = 'type'): Frame | undefined {
  const frame = readJson(text)
  if (!isObject(frame)) return undefined
  // Most are flat, with as many names as members; others are looked through for members that are said twice, which costs more.
  if (text.split('":').length - 1 !== Object.keys(frame).length && readOnce(text) === undefined) return undefined
  const type = frame[member]
  return typeof type === 'string' ? { ...frame, type } : undefined
}

/**
 * A reader that remembers the frame before: an event goes to all sockets of a topic in the same words, and parsing it once
 * for a hundred of them is most of what a socket's event would cost.
 */
export function frameReader(member?: string): (text: string) => Frame | undefined {
  let lastText: string | undefined
  let lastFrame: Frame | undefined
  return (text) => {
    if (text !== lastText) {
      lastFrame = readFrame(text, member)
      lastText = text
    }
    return lastFrame
  }
}
