/** How an answer is framed, packed and named, apart from what it says: each says the right thing. */
import { gzipSync } from 'node:zlib'
import { type Case, hostile } from './case.ts'
import { changed, isLoad } from './gateway/defects.ts'
import type { Answer, Defect, Exchange } from './gateway/model.ts'
import { STRICT } from './sizes.ts'

const LINES: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created' }

/** Writes an answer by hand, on the socket itself. */
const byHand = (write: (answer: Answer, exchange: Exchange) => string | Buffer, ends = true, every = 5): Defect => ({
  answer(exchange, right) {
    const answer = right()
    if (!isLoad(exchange) || answer.body === '' || answer.status > 299 || exchange.at === undefined || exchange.nth % every !== 0)
      return answer
    exchange.socket.write(write(answer, exchange))
    if (ends) exchange.socket.end()
    // The socket is nobody's any more: Node would write to it once more.
    exchange.response.destroy()
    return undefined
  },
})

const head = ({ status, headers }: Answer, more: Record<string, string | number>, version = '1.1'): string =>
  `HTTP/${version} ${status} ${LINES[status]}\r\n${Object.entries({ ...headers, ...more })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

const case_ = (name: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script: 'http', env: STRICT, defect, verdict: 'fail', plain: 'same' },
  ...{ cause: /users|window|connect|failed/i, excuse: /generator|bottleneck|script|ran out/i },
  ...more,
})
const packed = (name: string, pack: (answer: Answer, exchange: Exchange) => Answer, more: Partial<Case> = {}): Case =>
  case_(name, () => changed('resource', (answer, exchange) => (exchange.nth % 7 === 0 ? pack(answer, exchange) : answer)), more)
const coded = (coding: string, answer: Answer): Answer => ({
  ...answer,
  headers: { ...answer.headers, 'Content-Encoding': coding },
})

hostile('bodies', [
  case_('a body that ends before its length, at a brace', () =>
    byHand((answer) => head(answer, { 'Content-Length': Buffer.byteLength(answer.body) + 40 }) + answer.body),
  ),
  case_('a body that is cut off in its middle', () =>
    byHand((answer) => head(answer, { 'Content-Length': Buffer.byteLength(answer.body) }) + answer.body.slice(0, 30)),
  ),
  case_(
    'chunks without the last one',
    () => byHand((answer) => head(answer, { 'Transfer-Encoding': 'chunked' }) + chunk(answer.body)),
    { plain: 'both' },
  ),
  case_('a last chunk that is none', () =>
    byHand((answer) => `${head(answer, { 'Transfer-Encoding': 'chunked' })}${chunk(answer.body)}zz\r\n\r\n`, true),
  ),
  case_('a length and chunks that contradict each other', () =>
    byHand(
      (answer) =>
        `${head(answer, { 'Transfer-Encoding': 'chunked', 'Content-Length': 3 })}${chunk(answer.body)}0\r\n\r\n${chunk('{}')}`,
    ),
  ),
  case_('answers of HTTP/1.0', () =>
    byHand((answer) => head(answer, { 'Content-Length': Buffer.byteLength(answer.body) }, '1.0') + answer.body, true, 2),
  ),
  case_('a second answer behind the first', () =>
    byHand((answer) => {
      const whole = head(answer, { 'Content-Length': Buffer.byteLength(answer.body) }) + answer.body
      return whole + whole
    }, false),
  ),
  case_('an answer to nobody behind the first, a moment later', () =>
    byHand((answer, { socket }) => {
      const whole = head(answer, { 'Content-Length': Buffer.byteLength(answer.body) }) + answer.body
      setTimeout(() => socket.writable && socket.write(whole), 5)
      return whole
    }, false),
  ),
  case_(
    'a tenth answer that never comes to its end',
    () => byHand((answer) => head(answer, { 'Content-Length': Buffer.byteLength(answer.body) + 1 }) + answer.body, false, 10),
    { env: { ...STRICT, TIMEOUT: '1s' } },
  ),
  packed('gzip by name only', (answer) => coded('gzip', answer), { plain: 'both' }),
  packed('gzip within gzip, told once', (answer) => ({ ...coded('gzip', answer), bytes: gzipSync(gzipSync(answer.body)) })),
  packed('a coding that nobody knows', (answer) => coded('x-loadgate', answer)),
  packed('a byte order mark', (answer) => ({ ...answer, body: `\ufeff${answer.body}` })),
  packed('a charset that is not its own', (answer) => ({
    ...answer,
    headers: { ...answer.headers, 'Content-Type': 'application/json; charset=utf-16' },
  })),
  packed('a page of HTML by its type', (answer) => ({ ...answer, headers: { ...answer.headers, 'Content-Type': 'text/html' } })),
  packed('206 with all of it', (answer) => ({ ...answer, status: 206 })),
  packed('203 with all of it', (answer) => ({ ...answer, status: 203 })),
  packed('204 without it', (answer) => ({ ...answer, status: 204, body: '' })),
  packed('304 though nobody has asked whether it is new', (answer) => ({ ...answer, status: 304, body: '' })),
  packed('200 without it', (answer) => ({ ...answer, body: '' })),
])
