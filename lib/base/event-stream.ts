/**
 * Reads `text/event-stream` as the HTML standard has it
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
 */
export interface StreamEvent {
  /** `message` where the stream names none. */
  event: string
  data: string
  /** The last event id as of this event; empty where none was ever sent. */
  id: string
}

const BOM = '\uFEFF'

/**
 * The events of a stream that may have been cut anywhere: an event whose blank line has not come is none.
 * @param body from its first byte
 */
export function readEvents(body: string): StreamEvent[] {
  const events: StreamEvent[] = []
  let id = ''
  let event = ''
  let data: string | undefined
  const lines = (body.startsWith(BOM) ? body.slice(1) : body).split(/\r\n|\r|\n/)
  // What stands after the last line break is a line that has not ended.
  lines.pop()
  for (const line of lines) {
    if (line === '') {
      if (data !== undefined) events.push({ event: event === '' ? 'message' : event, data, id })
      event = ''
      data = undefined
      continue
    }
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') data = data === undefined ? value : `${data}\n${value}`
    else if (field === 'event') event = value
    else if (field === 'id' && !value.includes('\0')) id = value
  }
  return events
}
