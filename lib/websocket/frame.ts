/** Reads the frames of a gateway's WebSocket: JSON objects whose `type` says what they are. */
export interface Frame {
  readonly type: string
  readonly topic?: unknown
  readonly seq?: unknown
  readonly id?: unknown
  readonly sent_at?: unknown
}

/** Undefined where the text is no frame. */
export function readFrame(text: string): Frame | undefined {
  try {
    const frame = JSON.parse(text) as Frame | null
    return typeof frame === 'object' && typeof frame?.type === 'string' ? frame : undefined
  } catch {
    return undefined
  }
}

/**
 * A reader that remembers the frame before: an event goes to all sockets of a topic in the same words, and parsing it once
 * for a hundred of them is most of what a socket's event would cost.
 */
export function frameReader(): (text: string) => Frame | undefined {
  let lastText: string | undefined
  let lastFrame: Frame | undefined
  return (text) => {
    if (text !== lastText) {
      lastFrame = readFrame(text)
      lastText = text
    }
    return lastFrame
  }
}
