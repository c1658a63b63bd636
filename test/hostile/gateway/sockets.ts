/** WebSockets by RFC 6455 as far as a gateway needs them: text frames of clients, which are masked, and text frames for them, which are not. */
import { createHash, randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { isObject, parsed } from './answers.ts'
import type { Defect, Frame, HeldSocket } from './model.ts'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const [TEXT, CLOSE, PING, PONG] = [0x1, 0x8, 0x9, 0xa]
/** Milliseconds between two events of a topic. */
const INTERVAL_MS = 1000

function written(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const head = length < 126 ? Buffer.from([0x80 | opcode, length]) : Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff])
  return Buffer.concat([head, payload])
}

/** What stands at the beginning of the bytes; undefined where it is not whole yet. Nobody sends frames of 64 KiB here. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; size: number } | undefined {
  if (bytes.length < 6) return undefined
  const short = (bytes[1] as number) & 0x7f
  const from = short === 126 ? 4 : 2
  const length = short === 126 ? bytes.readUInt16BE(2) : short
  const size = from + 4 + length
  if (bytes.length < size) return undefined
  const mask = bytes.subarray(from, from + 4)
  const payload = Buffer.from(bytes.subarray(from + 4, size).map((byte, i) => byte ^ (mask[i % 4] as number)))
  return { opcode: (bytes[0] as number) & 0xf, payload, size }
}

export class Sockets {
  readonly #defect: Defect
  /** In the order in which they were opened. */
  readonly #open = new Set<HeldSocket>()
  readonly #topics = new Map<HeldSocket, Set<string>>()
  readonly #seqs = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #opened = 0

  constructor(defect: Defect) {
    this.#defect = defect
  }

  accept(socket: Socket, headers: IncomingHttpHeaders): void {
    const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${GUID}`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    const put = (opcode: number, payload: Buffer): void => void (socket.writable && socket.write(written(opcode, payload)))
    const held: HeldSocket = {
      nth: ++this.#opened,
      send: (frame) => put(TEXT, Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame))),
      close: (code) => {
        put(CLOSE, Buffer.from([code >> 8, code & 0xff]))
        socket.end()
      },
      cut: () => socket.destroy(),
    }
    this.#open.add(held)
    this.#topics.set(held, new Set())
    socket.once('close', () => {
      this.#open.delete(held)
      this.#topics.delete(held)
    })
    let bytes: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      for (let frame = readFrame(bytes); frame !== undefined; frame = readFrame(bytes)) {
        bytes = bytes.subarray(frame.size)
        if (frame.opcode === CLOSE) {
          put(CLOSE, frame.payload)
          socket.end()
        } else if (frame.opcode === PING) put(PONG, frame.payload)
        else if (frame.opcode === TEXT) this.#received(held, parsed(frame.payload.toString('utf8')))
      }
    })
    this.#timer ??= setInterval(() => this.#tick(), INTERVAL_MS)
    this.#say(held, { type: 'connection', connection_id: randomUUID(), sent_at: Date.now() })
  }

  /** All of it passes by here, for the defect to change. */
  #say(held: HeldSocket, frame: Frame): void {
    const { frame: change } = this.#defect
    if (change === undefined) held.send(frame)
    else for (const one of change(frame, held, [...this.#open])) held.send(one)
  }

  #received(held: HeldSocket, frame: unknown): void {
    const { type, id, topic } = isObject(frame) ? frame : {}
    if (type === 'ping') this.#say(held, { type: 'pong', id, sent_at: Date.now() })
    else if (type === 'subscribe' && typeof topic === 'string') {
      this.#topics.get(held)?.add(topic)
      this.#say(held, { type: 'subscribed', topic, seq: this.#seqs.get(topic) ?? 0 })
    } else if (type === 'unsubscribe' && typeof topic === 'string') {
      this.#topics.get(held)?.delete(topic)
      this.#say(held, { type: 'unsubscribed', topic })
    } else this.#say(held, { type: 'error', code: 'unknown_type', message: 'unknown type' })
  }

  #tick(): void {
    const topics = new Set([...this.#topics.values()].flatMap((own) => [...own]))
    for (const topic of topics) {
      const seq = (this.#seqs.get(topic) ?? 0) + 1
      this.#seqs.set(topic, seq)
      for (const held of this.#open)
        if (this.#topics.get(held)?.has(topic)) this.#say(held, { type: 'event', topic, seq, sent_at: Date.now() })
    }
  }

  get size(): number {
    return this.#open.size
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
