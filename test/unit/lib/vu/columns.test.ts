import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderText, partOf, readOrder } from '../../../../lib/vu/columns.ts'
import type { RequestTemplate } from '../../../../lib/vu/requests.ts'

const columnsOf = (count: number) => {
  const requests = Array.from({ length: count }, (_, i) => ({ url: `http://h/${i}`, expect: `${i}`, set: i % 2 }))
  return readOrder(orderText({ statuses: [200] } as unknown as RequestTemplate, requests)).columns
}

test('VUs one after another have all requests together, each its own part of every column', () => {
  for (const [count, most] of [
    [200, 50],
    [120, 50],
    [51, 50],
    [50, 50],
    [1, 50],
  ] as const) {
    const all = columnsOf(count)
    const parts = Array.from({ length: Math.ceil(count / most) }, (_, i) => partOf(all, most, i + 1))
    assert.deepEqual(new Set(parts.flatMap(({ url }) => url)), new Set(all.url), `${count} of ${most}`)
    for (const { url, expect, set } of parts) {
      assert.ok(url.length > 0 && url.length <= most)
      assert.deepEqual(
        url.map((one) => one.slice('http://h/'.length)),
        expect,
      )
      assert.deepEqual(
        set ?? url.map(() => 0),
        url.map((one) => Number(one.slice('http://h/'.length)) % 2),
      )
    }
  }
})
