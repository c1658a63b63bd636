/** A secret is found in every form that docs/how-to/secrets.md names, whatever stands around it; nothing is found where there is none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { holds } from '../../../../lib/base/disguise.ts'
import { excerpt, quoted, redact } from '../../../../lib/base/redact.ts'

const hexOf = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding).toString('hex')
const each = (text: string, as: (byte: string) => string): string => hexOf(text).replace(/../g, as)
const hexPoint = (character: string): string => (character.codePointAt(0) ?? 0).toString(16)
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** How a gateway may write what it has been told. */
const CLOTHES: Readonly<Record<string, (secret: string) => string>> = {
  'upper case': (s) => s.toUpperCase(),
  'lower case': (s) => s.toLowerCase(),
  reversed: (s) => Array.from(s).reverse().join(''),
  'with accents': (s) => Array.from(s).join('\u0301'),
  'in tags': (s) => s.replace(/[ -~]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xe0000)),
  'with spaces': (s) => Array.from(s).join(' '),
  'with dots': (s) => Array.from(s).join('.'),
  'in lines': (s) => s.replace(/..../gs, '$&\n'),
  'in quoted pieces': (s) => s.replace(/..../gs, '$&" + "'),
  'full width': (s) => s.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
  'UTF-16': (s) => Buffer.from(s, 'utf16le').toString('latin1'),
  base64,
  'base64 for URLs': (s) => Buffer.from(s).toString('base64url'),
  'base64, one before': (s) => base64(`u${s}`),
  'base64, two before': (s) => base64(`u:${s}!`),
  'base64 of UTF-16': (s) => Buffer.from(s, 'utf16le').toString('base64'),
  'base64 of base64': (s) => base64(base64(s)),
  'base64 of JSON': (s) => base64(JSON.stringify({ password: s })),
  'base64, reversed before': (s) => base64(Array.from(s).reverse().join('')),
  'base64 in lines of mail': (s) => base64(`${'x'.repeat(50)}${s}`).replace(/.{76}/g, '$&\r\n'),
  'base64 in lines that are indented': (s) => base64(`${'x'.repeat(50)}${s}`).replace(/.{20}/g, '$&\n    '),
  'base64, reversed': (s) => Array.from(base64(s)).reverse().join(''),
  'base64 in a URL': (s) => encodeURIComponent(base64(s)),
  hexadecimal: (s) => hexOf(s),
  'hexadecimal, upper case': (s) => hexOf(s).toUpperCase(),
  'hexadecimal, reversed': (s) => Array.from(hexOf(s)).reverse().join(''),
  'hexadecimal with colons': (s) => each(s, (byte) => `${byte}:`),
  'hexadecimal with 0x': (s) => each(s, (byte) => `0x${byte}, `),
  '\\x': (s) => each(s, (byte) => `\\x${byte}`),
  'bytes in decimals': (s) => JSON.stringify(Buffer.from(s)),
  'percent-encoded': (s) => encodeURIComponent(s),
  'percent-encoded, all of it': (s) => each(s, (byte) => `%${byte}`),
  'percent-encoded twice': (s) => encodeURIComponent(each(s, (byte) => `%${byte}`)),
  'a form': (s) => new URLSearchParams({ s }).toString(),
  'JSON, all escaped': (s) => s.replace(/[\s\S]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'JSON in JSON, all escaped': (s) => s.replace(/[\s\S]/g, (c) => `\\\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  octal: (s) => Array.from(Buffer.from(s), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  'octal, as short as can be': (s) => Array.from(Buffer.from(s), (byte) => `\\${byte.toString(8)}`).join(''),
  'code points in braces': (s) => Array.from(s, (c) => `\\u{${hexPoint(c)}}`).join(''),
  'bytes in braces': (s) => Array.from(s, (c) => `\\x{${hexPoint(c)}}`).join(''),
  'code points of eight digits': (s) => Array.from(s, (c) => `\\U${hexPoint(c).padStart(8, '0')}`).join(''),
  'code points by their names': (s) => Array.from(s, (c) => `U+${hexPoint(c).padStart(4, '0')}`).join(' '),
  CSS: (s) => Array.from(s, (c) => `\\${hexPoint(c).padStart(6, '0')} `).join(''),
  'HTML, with zeros': (s) => Array.from(s, (c) => `&#x${hexPoint(c).padStart(6, '0')};`).join(''),
  'HTML, decimal, with zeros': (s) => Array.from(s, (c) => `&#${String(c.codePointAt(0)).padStart(7, '0')};`).join(''),
  'HTML, decimal': (s) => Array.from(s, (c) => `&#${c.codePointAt(0)};`).join(''),
  'HTML, hexadecimal': (s) => Array.from(s, (c) => `&#x${c.codePointAt(0)?.toString(16)};`).join(''),
  'HTML, named': (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('+', '&plus;'),
  'quoted-printable': (s) => each(s, (byte) => `=${byte.toUpperCase()}`),
}

/** Secrets as people and generators make them; what they are made of besides letters and digits may be anything. */
const secrets = fc
  .tuple(
    fc.stringMatching(/^[A-Za-z0-9]{6,24}$/),
    fc.stringMatching(/^[A-Za-z0-9+/=_&"'<>% -]{0,12}$/),
    fc.constantFrom('', 'ä', 'пароль', '密码', '😀'),
    fc.stringMatching(/^[A-Za-z0-9]{2,10}$/),
  )
  .map((parts) => parts.join(''))
const around = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.lorem({ maxCount: 12 }),
  fc.json().map((json) => json.slice(0, 200)),
)

/** What stands directly beside it may be read together with it. */
const beside = fc.constantFrom(' ', '"', '{"echo":"', '\n', ', ', '<b>', "('")

for (const [name, dress] of Object.entries(CLOTHES))
  test(`${name}: found, whatever stands around it`, () => {
    fc.assert(
      fc.property(secrets, around, beside, around, (secret, before, edge, after) => {
        // Non-ASCII that has no case is told in full width or bytes as itself.
        const worn = dress(secret)
        const text = `${before}${edge}${worn}" ${after}`
        assert.ok(holds(text, ['another secret', secret]), text)
        for (const said of [redact(text, [secret]), quoted(text, [secret]), excerpt(text, [secret])])
          assert.ok(!said.includes(worn) && !said.includes(secret), said)
      }),
      { numRuns: 100 },
    )
  })

test('a text that was cut off ends in no beginning of a secret', () => {
  const long = fc.stringMatching(/^[A-Za-z0-9]{30,900}$/)
  const dresses = fc.constantFrom(
    (s: string) => s,
    ...['upper case', 'reversed', 'base64', 'hexadecimal', 'percent-encoded, all of it'].map(
      (name) => CLOTHES[name] ?? assert.fail(),
    ),
  )
  fc.assert(
    fc.property(long, dresses, fc.nat(600), (secret, dress, length) => {
      const worn = dress(secret)
      const said = excerpt(`${'- '.repeat(length / 2)}${worn}`, [secret])
      assert.ok(!said.includes(worn.slice(0, 16)), said)
    }),
  )
})

test('where there is no secret nothing is withheld', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9+/_-]{12,40}$/), fc.lorem({ maxCount: 60 }), fc.json(), (secret, words, json) => {
      assert.ok(!holds(`${words} ${json} ${base64(words)}`, [secret]))
    }),
  )
  for (const text of [
    '{"jsonrpc":"2.0","id":"7","error":{"code":-32601,"message":"method not found"}}',
    'Get "http://127.0.0.1:8080/api/v1/health": dial tcp 127.0.0.1:8080: connect: connection refused',
    '<html><head><title>502 Bad Gateway</title></head></html>',
  ])
    assert.equal(redact(text, ['pl4nted/S3cret+9a&="z', 'loadgate-password']), text)
})

test('what is withheld begins where the secret does; our own words stay', () => {
  const secret = 'pl4nted/S3cret'
  assert.equal(
    redact(`no agent could be registered: the answer is the JSON-RPC error -32000: you are ${base64(secret)}`, [secret]),
    'no agent could be registered: the answer is the JSON-RPC error -32000: <withheld: it holds a secret in another form>',
  )
})

test('a secret of a few characters stands in every other text: then no answer is shown', () => {
  assert.equal(redact('abc is abc', ['abc']), 'abc is abc')
  assert.match(excerpt('anything', ['abc']), /^<withheld: /)
  assert.equal(excerpt('anything', ['']), 'anything')
})

test('hardly anything but letters and digits can be looked for in other clothes; as it is it goes all the same', () => {
  assert.equal(redact('so /+&=! is it', ['/+&=!']), 'so <redacted> is it')
})

test('no text makes it throw or run long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'binary' }), (text, secret) => {
      holds(text, [secret], { cut: true })
    }),
  )
  const started = performance.now()
  for (const hostile of ['%41', '\\x41', '\\\\', 'QUFB', '&#65;', '=41', '65,', '0x41 ', '%25', '\\u0041', 'Y0d3'])
    holds(hostile.repeat(5000).slice(0, 10_000), ['pl4nted/S3cret', 'abcd'], { cut: true })
  assert.ok(performance.now() - started < 20_000, `${performance.now() - started} ms`)
})

test('in haste, what would have to be decoded is cut out, and words are not', () => {
  const secret = 'pl4nted/S3cret+9a'
  for (const text of [
    base64('nothing of any interest'),
    base64(secret),
    Buffer.from('and nothing here').toString('hex').repeat(2),
  ])
    assert.match(excerpt(`who is ${text}`, [secret], true), /^who is (<redacted>=*|<withheld: .*>)$/)
  const words = '{"error":{"code":"internal_error","message":"no such route: /api/v1/health"}}'
  assert.equal(excerpt(words, [secret], true), words)
})
