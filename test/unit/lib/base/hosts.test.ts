import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allowedHost, hostOf } from '../../../../lib/base/hosts.ts'

const HARMLESS = [
  'http://127.0.0.1:8080',
  'http://127.9.9.9/x?y#z',
  'https://10.0.0.1',
  'http://172.16.0.1',
  'http://172.31.255.255',
  'http://192.168.1.1',
  'http://169.254.1.1',
  'http://localhost',
  'http://LOCALHOST:3000/',
  'http://localhost.',
  'http://gateway.localhost:3000',
  'ws://localhost/ws',
  'wss://[::1]:8443/ws',
  'HTTP://[::1]',
  'http://[0:0:0:0:0:0:0:1]',
  'http://[fe80::1%25eth0]:80',
  'http://[febf::1]',
  'http://[fd12:3456::1]',
  'http://[::ffff:127.0.0.1]',
  'http://[::FFFF:c0a8:0101]',
  'http://user:secret@127.0.0.1:80',
]

const STRANGERS = [
  'http://example.com',
  'http://8.8.8.8',
  'http://100.64.0.1',
  'http://172.15.0.1',
  'http://172.32.0.1',
  'http://192.169.0.1',
  'http://11.0.0.1',
  'http://0.0.0.0',
  'http://[::]',
  'http://[2001:db8::1]',
  'http://[::ffff:8.8.8.8]',
  'http://[::127.0.0.1]',
  'http://[64:ff9b::7f00:1]',
  'http://[fec0::1]',
  'http://localhost.example.com',
  'http://notlocalhost',
  'http://127.0.0.1.example.com',
  'http://127.0.0.1@example.com',
  'http://127.0.0.1:80@example.com:80',
  'http://example.com#@127.0.0.1',
  'http://example.com?@127.0.0.1',
  'http://example.com/@127.0.0.1',
  'http://example.com\\@127.0.0.1',
  'http://127.0.0.1\\@example.com',
  'http://127.0.0.1 @example.com',
  'http://a@b@127.0.0.1',
  'http://2130706433',
  'http://0x7f.0.0.1',
  'http://0177.0.0.1',
  'http://010.0.0.1',
  'http://127.1',
  'http://127.0.0.256',
  'http://%31%32%37.0.0.1',
  'http://１２７.0.0.1',
  'http://localhost%00.example.com',
  'http://[::1',
  'http://::1',
  'http://[::1]example.com',
  'http://[1::2::3]',
  'http://localhost:80:90',
  'http://.localhost',
  'http://',
  'http:/localhost',
  'ftp://localhost',
  'localhost',
  '//localhost',
  '',
  'http://localhost\n.example.com',
]

for (const url of HARMLESS) test(`may be loaded without asking: ${url}`, () => assert.equal(allowedHost(url, undefined), true))
for (const url of STRANGERS)
  test(`may not be loaded without asking: ${JSON.stringify(url)}`, () => assert.equal(allowedHost(url, undefined), false))

test('an allowance names the host exactly', () => {
  assert.equal(allowedHost('https://staging.example.com:8443/api', 'staging.example.com'), true)
  assert.equal(allowedHost('https://STAGING.example.com.', ' other.example.com , Staging.Example.com '), true)
  assert.equal(allowedHost('https://[2001:DB8:0::1]', '2001:db8::1'), true)
  assert.equal(allowedHost('https://[2001:db8::1]', '[2001:db8:0:0::1]'), true)
  assert.equal(allowedHost('https://evil.example.com', 'example.com'), false)
  assert.equal(allowedHost('https://example.com', 'evil.example.com'), false)
  assert.equal(allowedHost('https://example.com', '*'), false)
  assert.equal(allowedHost('https://example.com', ''), false)
  assert.equal(allowedHost('https://example.com', ','), false)
})

test('what can be read in two ways is not allowed even by name', () => {
  assert.equal(allowedHost('http://127.0.0.1\\@example.com', '127.0.0.1,example.com'), false)
  assert.equal(allowedHost('http://a@b@example.com', 'example.com'), false)
})

const octet = fc.nat(255)

test('an IPv4 address is harmless exactly when its range is', () => {
  fc.assert(
    fc.property(octet, octet, octet, octet, (a, b, c, d) => {
      const expected =
        a === 127 || a === 10 || (a === 192 && b === 168) || (a === 172 && b >= 16 && b < 32) || (a === 169 && b === 254)
      const mapped = `::ffff:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
      assert.equal(allowedHost(`http://${a}.${b}.${c}.${d}`, undefined), expected)
      assert.equal(allowedHost(`http://[${mapped}]`, undefined), expected)
      assert.equal(allowedHost(`http://[::ffff:${a}.${b}.${c}.${d}]:81`, undefined), expected)
    }),
  )
})

test('where Node reads a host that is not ours, we never read a harmless one', () => {
  const piece = fc.constantFrom(
    '127.0.0.1',
    'localhost',
    '[::1]',
    'evil.com',
    '@',
    ':',
    '\\',
    '/',
    '#',
    '?',
    '.',
    '%2e',
    ' ',
    '80',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
      const url = `http://${pieces.join('')}`
      if (!allowedHost(url, undefined)) return
      const host = new URL(url).hostname
      assert.match(host, /^(127\.\d+\.\d+\.\d+|\[::1\]|([a-z0-9-]+\.)*localhost)\.?$/)
    }),
    { numRuns: 3000 },
  )
})

test('no text throws, and no public host passes without an allowance', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof allowedHost(text, text) === 'boolean'))
  fc.assert(
    fc.property(fc.domain(), (host) => !allowedHost(`https://${host}/`, undefined) && allowedHost(`https://${host}/`, host)),
  )
  fc.assert(
    fc.property(
      fc.webUrl(),
      (url) => hostOf(url) === new URL(url).hostname || hostOf(url)?.toLowerCase() === new URL(url).hostname,
    ),
  )
})
