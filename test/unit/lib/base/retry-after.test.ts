import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MOST_S, readHttpDate, retryAfter } from '../../../../lib/base/retry-after.ts'

/** Sun, 06 Nov 1994 08:49:37 GMT: the example of RFC 9110. */
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37)
const NOW = Date.UTC(2026, 4, 1, 12)
const read = (value: string | undefined, date?: string, most?: number) => retryAfter(value, date, NOW, most)
const http = (ms: number): string => new Date(ms).toUTCString()

test('the three forms of a date of HTTP are one', () => {
  for (const text of ['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])
    assert.equal(readHttpDate(text, NOW), EXAMPLE, text)
  assert.equal(readHttpDate('Friday, 01-May-26 12:00:00 GMT', NOW), NOW)
  assert.equal(
    readHttpDate('Tuesday, 01-May-90 12:00:00 GMT', NOW),
    Date.UTC(1990, 4, 1, 12),
    'more than 50 years ahead is behind',
  )
})

test('what is no date of HTTP is none', () => {
  for (const text of [
    ...['', 'banana', '2026-05-01T12:00:00Z', 'Fri, 1 May 2026 12:00:00 GMT', 'Fri, 01 May 2026 12:00:00 +0000'],
    ...['Fri, 01 May 2026 24:00:00 GMT', 'Fri, 01 May 2026 12:60:00 GMT', 'Fri, 31 Feb 2026 12:00:00 GMT'],
    ...[
      'Fri, 01 Mai 2026 12:00:00 GMT',
      'Fri, 01 May 2026 12:00:00 GMT, Fri, 01 May 2026 12:00:01 GMT',
      'Fri, 00 May 2026 12:00:00 GMT',
    ],
  ])
    assert.equal(readHttpDate(text, NOW), undefined, text)
})

test('whole seconds are an announcement up to the longest wait', () => {
  fc.assert(fc.property(fc.nat({ max: MOST_S }), fc.nat({ max: 3 }), (n, zeros) => read('0'.repeat(zeros) + n) === n))
  fc.assert(
    fc.property(fc.bigInt({ min: BigInt(MOST_S + 1), max: 10n ** 40n }), (n) => /more than 3600 s/.test(String(read(String(n))))),
  )
  assert.equal(read('60', undefined, 60), 60)
  assert.match(String(read('61', undefined, 60)), /^has Retry-After "61", which is more than 60 s$/)
})

test('nothing else is one but a date that is still to come', () => {
  fc.assert(
    fc.property(
      fc.string(),
      (text) => /^\d+$/.test(text) || readHttpDate(text, NOW) !== undefined || typeof read(text) === 'string',
    ),
  )
  for (const text of ['', ' ', '-1', '+1', '1.5', '1e3', '0x10', '1, 2', '1 s', 'soon', 'Infinity', 'NaN', '１'])
    assert.match(String(read(text)), /neither whole seconds nor a date/, text)
  assert.equal(read(undefined), 'has no Retry-After')
})

test('a date is counted from that of the answer, whatever this clock says', () => {
  fc.assert(
    fc.property(fc.integer({ min: -4e9, max: 4e9 }), fc.integer({ min: 0, max: MOST_S - 1 }), (clock, seconds) => {
      const theirs = Math.floor((NOW + clock) / 1000) * 1000
      return read(http(theirs + seconds * 1000), http(theirs)) === seconds + 1
    }),
  )
  assert.equal(read(http(NOW + 10_000)), 11, 'without one, from now; what is left of a second comes on top')
  assert.equal(read(http(NOW + 10_000), 'whenever'), 11)
})

test('a time that is over announces nothing, nor does one in ten years', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seconds) =>
      /s ago$/.test(String(read(http(NOW - seconds * 1000), http(NOW)))),
    ),
  )
  assert.match(String(read(http(NOW + 10 * 365 * 86_400_000))), /more than 3600 s/)
})
