import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { K6Log } from '../../../../cli/k6/log.ts'

function read(...chunks: string[]) {
  let kept = ''
  const heard: string[] = []
  const log = new K6Log(
    (text) => {
      kept += text
    },
    (message) => heard.push(message),
  )
  for (const chunk of chunks) log.feed(chunk)
  log.end()
  return { facts: log.facts, kept, heard }
}
const entry = (more: Record<string, string>): string =>
  `${JSON.stringify({ level: 'error', time: '2026-01-02T03:04:05Z', ...more })}\n`

test('a UsageError of init is found without its stack', () => {
  const { facts } = read(
    entry({ msg: 'UsageError: setting RATE: expected "x"\nfound y\n\tat r (file:///x.ts:1:2(3))\n', hint: 'script exception' }),
  )
  assert.equal(facts.usage, 'setting RATE: expected "x"\nfound y')
})

test('k6 writes text before it has read its flags', () => {
  const { facts, kept } = read('time="2026-01-02T03:04:05Z" level=error msg="unknown flag: --\\"bogus\\""\n')
  assert.deepEqual(facts.errors, [{ message: 'unknown flag: --"bogus"', count: 1 }])
  assert.equal(kept, '2026-01-02T03:04:05Z ERROR unknown flag: --"bogus"\n')
})

test('the reason of an abort is found', () => {
  assert.equal(
    read(entry({ msg: 'test aborted: nobody answers at http://x: refused' })).facts.aborted,
    'nobody answers at http://x: refused',
  )
})

test('the same error is counted, and heard once', () => {
  const error = entry({ msg: 'Error: boom\n\tat default (file:///x)\n' })
  const { facts, heard } = read(error, error, error)
  assert.deepEqual(facts.errors, [{ message: 'Error: boom', count: 3 }])
  assert.deepEqual(heard, ['Error: boom'])
})

test('what a script prints is kept and is no error', () => {
  const { facts, kept } = read(entry({ msg: 'UsageError: just talking', source: 'console' }))
  assert.deepEqual(facts.errors, [])
  assert.equal(facts.usage, undefined)
  assert.match(kept, /just talking/)
})

/** As k6 1.8.1 writes them. */
const failed = (error: string, more: Record<string, string> = {}) =>
  entry({ level: 'warning', msg: 'Request Failed', error, ...more })
const FILES = 'Get "http://127.0.0.1:9912/a": dial tcp 127.0.0.1:9912: socket: too many open files'
const PORTS = 'Post "http://[::1]:80/a?q=%22": dial tcp 10.0.0.1:0->10.0.0.2:80: connect: cannot assign requested address'

test('failed requests that never left this machine are counted, by the system call that k6 tells of', () => {
  const { facts, kept } = read(
    failed(FILES),
    failed(PORTS),
    failed('Get "http://x/": dial tcp 1.2.3.4:80: connect: connection refused'),
  )
  assert.deepEqual(facts.exhausted, { files: 1, ports: 1 })
  assert.match(kept, /WARNING Request Failed Get .* socket: too many open files/)
})

test('no text of a gateway says that this machine ran out of anything', () => {
  const { facts } = read(
    entry({ level: 'warning', source: 'console', msg: `loadgate failure ${JSON.stringify({ body: FILES, why: FILES })}` }),
    entry({ level: 'warning', source: 'console', msg: 'Request Failed', error: FILES }),
    entry({ level: 'error', msg: `GoError: ${FILES}` }),
    failed(
      'Get "http://x/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "socket: too many open files"',
    ),
    failed('Get "http://x/": malformed HTTP status code "dial tcp 1:1: socket: too many open files'),
    failed('Get "http://x/\\": dial tcp 1.2.3.4:80: socket: too many open files'),
    failed(`${FILES} or so`),
    failed(`x ${FILES}`),
    failed(FILES, { output: 'Prometheus remote write' }),
  )
  assert.deepEqual(facts.exhausted, { files: 0, ports: 0 })
})

test('a flood of errors fills neither disk nor memory', () => {
  const flood = Array.from({ length: 3000 }, (_, i) => entry({ msg: `Error ${i}: ${'x'.repeat(5000)}` }))
  const { facts, kept } = read(...flood)
  assert.ok(kept.length < 10.1 * 1024 * 1024, `${kept.length}`)
  assert.ok(kept.endsWith('The log is cut here: it has grown over 10 MB.\n'))
  assert.equal(facts.errors.length, 50)
})

test('where a chunk ends makes no difference, and no line throws', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => `${json}\n`),
          fc.constant(entry({ msg: 'Error: a' })),
        ),
      ),
      fc.nat(),
      (parts, cut) => {
        const text = parts.join('')
        const at = text.length === 0 ? 0 : cut % text.length
        assert.deepEqual(read(text.slice(0, at), text.slice(at)).facts, read(text).facts)
      },
    ),
  )
})
