import assert from 'node:assert/strict'
import { it } from 'node:test'
import zlib, { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { CHECKED, checkAlone, faultOf } from '../../../../cli/generator/answer-check.ts'
import type { ControlEndpoint } from '../../../../lib/run/control.ts'

const endpoint: ControlEndpoint = { method: 'GET', statuses: [200], authorized: false, requests: [] }
const check = checkAlone('health', endpoint, { url: 'http://127.0.0.1:1/', headers: {} })
const RIGHT = '{"status":"healthy","version":"1","uptime_s":1}'

/** What is wrong with the answer, as the probe tells it. */
function fault(body: Buffer, coding?: string): string | undefined {
  const rawHeaders = ['content-type', 'application/json', ...(coding === undefined ? [] : ['content-encoding', coding])]
  return faultOf(endpoint, { status: 200, rawHeaders, body }, check)?.why
}

it('unpacks what k6 does, and reads it', () => {
  assert.ok(CHECKED.health)
  const right = Buffer.from(RIGHT)
  for (const [coding, packed] of [
    ['gzip', gzipSync(right)],
    ['deflate', deflateSync(right)],
    ['BR', brotliCompressSync(right)],
    ['gzip, br', brotliCompressSync(gzipSync(right))],
    [undefined, right],
  ] as const) {
    assert.equal(fault(packed, coding), undefined, coding)
    assert.notEqual(fault(packed.subarray(0, packed.length - 8), coding), undefined, coding)
  }
  assert.match(fault(gzipSync('{"status":"down"}'), 'gzip') ?? '', /^has status "down"/)
})

it('takes nothing for right that it cannot unpack', () => {
  assert.equal(fault(Buffer.from(RIGHT), 'gzip'), 'is not packed as gzip')
  assert.match(fault(Buffer.from(RIGHT), 'x-unknown') ?? '', /^is packed as x-unknown/)
})

it('takes nothing for zstd that is none, and reads what is where this Node can', () => {
  const frame = (text: string) => {
    // One raw block, the last: a frame of a single segment whose size stands in a byte.
    const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, text.length, 1 | ((text.length << 3) & 0xff), text.length >> 5, 0])
    return Buffer.concat([head, Buffer.from(text)])
  }
  for (const coding of ['zstd', 'gzip, zstd', 'ZSTD'])
    assert.equal(fault(Buffer.from(RIGHT), coding), `is not packed as ${coding}`)
  assert.equal(fault(gzipSync(RIGHT), 'zstd, gzip'), 'is not packed as zstd, gzip')
  assert.equal(fault(frame(RIGHT), 'zstd'), undefined)
  assert.equal(fault(gzipSync(frame(RIGHT)), 'zstd, gzip'), undefined)
  if ('zstdDecompressSync' in zlib) assert.match(fault(frame('{"status":"down"}'), 'zstd') ?? '', /^has status "down"/)
})

it('takes for shed what says when to come back, as k6 does', () => {
  const shed = (headers: readonly string[], more: Partial<ControlEndpoint> = {}) => {
    const { class: name, why } =
      faultOf({ ...endpoint, ...more }, { status: 429, rawHeaders: headers, body: Buffer.alloc(0) }, check) ?? {}
    return `${name}: ${why}`
  }
  for (const value of ['1', '86400', 'Fri, 31 Dec 2100 23:59:59 GMT'])
    assert.equal(shed(['retry-after', value]), 'shed: has status 429, not 200')
  for (const value of ['banana', '-1', '1.5', 'Fri, 31 Dec 1999 23:59:59 GMT'])
    assert.match(shed(['retry-after', value], { bare429: true }), /^failed_check: has Retry-After /)
  assert.equal(shed([]), 'failed_check: has no Retry-After')
  assert.equal(shed([], { bare429: true }), 'shed: has status 429, not 200')
})
