/**
 * k6's log (`--log-format json` on stderr): kept as text in k6.log, and read for what it says about the run. Who has written a line
 * decides what it can say: a gateway's words stand in those of the script, and in k6's own about an answer that it could not read.
 */
import { visibleLines } from '../../lib/base/escape.ts'
import { type Redaction, redaction } from '../base/redaction.ts'

export interface LogFacts {
  /** The message of a UsageError thrown in init. */
  usage: string | undefined
  /** Why the script stopped the run (`exec.test.abort`). */
  aborted: string | undefined
  /** Different error messages, in the order of their first appearance. */
  errors: { message: string; count: number }[]
  /** Requests that failed because this machine ran out of something, by what. */
  exhausted: { files: number; ports: number }
}

interface Entry {
  level?: string
  msg?: string
  time?: string
  source?: string
  hint?: string
  /** Of a failed request. */
  error?: string
  /** Of an output. */
  output?: string
}

/**
 * k6 could not open a connection, since this machine had nothing to open it with. The whole of the text is k6's own: the method and
 * the URL of the request in quotes, the address, the system call and the text of its error, with which it ends.
 */
const NOT_DIALLED =
  /^\w+ "(?:[^"\\]|\\.)*": dial tcp (?:\S+->)?\S+: (?:socket|connect|bind): (too many open files(?: in system)?|cannot assign requested address)$/

/**
 * - `script`: the script's own lines
 * - `request`: k6 on a request that failed
 * - `output`: k6 on where it sends its measurements: what it cannot deliver is no fault of the run
 * - `k6`: everything else that k6 says itself
 */
type Writer = 'script' | 'request' | 'output' | 'k6'

function writerOf({ source, output, error, msg, level }: Entry): Writer {
  if (source === 'console') return 'script'
  if (output === RECORDER_OUTPUT || error?.startsWith(RECORDER_END)) return 'output'
  return msg === 'Request Failed' && level === 'warning' ? 'request' : 'k6'
}

/** A script that throws in every iteration logs thousands of lines a second: neither disk nor memory is for that. */
const LOG_BYTES = 10 * 1024 * 1024
const DIFFERENT_ERRORS = 50
/** What k6 calls the output that the recorder listens to. */
const RECORDER_OUTPUT = 'Prometheus remote write'
/** Its last word that could not be delivered is logged by k6 itself. */
const RECORDER_END = 'marking time series as stale failed'

const withoutStack = (message: string): string => message.split(/\n\s*at /, 1)[0]?.trim() ?? ''

/** A line of the log; k6 writes the text format when it fails before it has read its flags. */
function parseLine(line: string): Entry {
  if (line.startsWith('{'))
    try {
      return JSON.parse(line) as Entry
    } catch {
      // Not an entry after all: kept as it is.
    }
  const text = /^time="([^"]*)" level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S*)(?: hint="([^"]*)")?/.exec(line)
  if (text === null) return { msg: line }
  const [, time = '', level = '', quoted = '', hint = ''] = text
  let msg = quoted
  if (quoted.startsWith('"'))
    try {
      msg = JSON.parse(quoted) as string
    } catch {
      msg = quoted.slice(1, -1)
    }
  return { time, level, msg, hint }
}

export class K6Log {
  readonly facts: LogFacts = { usage: undefined, aborted: undefined, errors: [], exhausted: { files: 0, ports: 0 } }
  #rest = ''
  #bytes = 0
  #full = false
  readonly #write: (text: string) => void
  readonly #onError: (message: string) => void
  readonly #hide: Redaction

  /**
   * @param write appends to k6.log
   * @param onError hears each error message the first time
   * @param hide what is kept and told goes through it
   */
  constructor(write: (text: string) => void, onError: (message: string) => void = () => {}, hide: Redaction = redaction([])) {
    this.#hide = hide
    this.#write = write
    this.#onError = onError
  }

  feed(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#line(line)
  }

  end(): void {
    if (this.#rest !== '') this.#line(this.#rest)
    this.#rest = ''
  }

  #line(line: string): void {
    if (line.trim() === '') return
    const entry = parseLine(line)
    this.#keep(entry)
    const writer = writerOf(entry)
    if (writer === 'request') this.#notDialled(entry.error ?? '')
    if (entry.level === 'error' && (writer === 'k6' || writer === 'request')) this.#error(entry)
  }

  #notDialled(error: string): void {
    const lacking = NOT_DIALLED.exec(error)?.[1]
    if (lacking === undefined) return
    this.facts.exhausted[lacking.startsWith('too many') ? 'files' : 'ports'] += 1
  }

  #error(entry: Entry): void {
    const message = this.#hide(withoutStack(entry.msg ?? ''))
    if (message.startsWith('UsageError: ')) this.facts.usage ??= message.slice('UsageError: '.length)
    if (message.startsWith('test aborted: ')) this.facts.aborted ??= message.slice('test aborted: '.length)
    const known = this.facts.errors.find((error) => error.message === message)
    if (known) known.count += 1
    else if (this.facts.errors.length < DIFFERENT_ERRORS) {
      this.facts.errors.push({ message, count: 1 })
      this.#onError(message)
    }
  }

  #keep({ time, level, msg = '', hint, error }: Entry): void {
    if (this.#full) return
    // Each for itself: a sentence of ours is known by its beginning.
    const [said, hinted, failed] = [msg.trimEnd(), hint && `(${hint})`, error].map((text) => text && this.#hide(text))
    const words = [time, level?.toUpperCase(), said, hinted, failed].filter(Boolean).join(' ')
    const text = `${visibleLines(words)}\n`
    this.#bytes += Buffer.byteLength(text)
    this.#full = this.#bytes > LOG_BYTES
    this.#write(this.#full ? 'The log is cut here: it has grown over 10 MB.\n' : text)
  }
}
