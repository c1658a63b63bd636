import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { limitLine } from '../../../../cli/ci/limit-line.ts'

const TEXT = `{
  "$schema": "./schema.json",
  "windows": {
    "spike": {
      "*": {
        "p95_ms": 300,
        "why": "p95_ms of health is not here"
      },
      "health": { "p95_ms":
        50, "why": "…" }
    }
  },
  "run": { "dropped_share": 0.01 },
  "metrics": { "ws_held": {
    "min": 10000 } }
}
`

describe('limitLine', () => {
  const line = (window: string, endpoint: string, key: string) => limitLine(TEXT, { window, endpoint, key })
  it('points at the key of the limit, not at its value or at a text that names it', () => {
    assert.equal(line('spike', '*', 'p95_ms'), 6)
    assert.equal(line('spike', 'health', 'p95_ms'), 9)
    assert.equal(line('run', 'ws_held', 'min'), 15)
    assert.equal(line('spike', '*', 'dropped_share'), 13)
  })
  it('points at the closest thing there is for a gate that no key asks for', () => {
    assert.equal(line('spike', 'health', 'samples'), 9)
    assert.equal(line('spike', 'action', 'failed_checks'), 4)
    assert.equal(line('run', 'ws_held', 'samples'), 14)
    assert.equal(line('run', '*', 'script_errors'), undefined)
    assert.equal(line('base', '*', 'p95_ms'), undefined)
  })
  it('says nothing of a text that is no JSON', () => {
    assert.equal(limitLine('', { window: 'spike', endpoint: '*', key: 'p95_ms' }), undefined)
    assert.equal(limitLine('{"windows": [', { window: 'spike', endpoint: '*', key: 'p95_ms' }), undefined)
  })
  it('finds the line in any layout, and never throws', () => {
    const name = fc.string({ minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), fc.nat(4), fc.nat(4), (names, pick, indent) => {
        const window = names[pick % names.length] ?? ''
        const file = {
          windows: Object.fromEntries(names.map((each) => [each, { '*': { p95_ms: 1, why: `"${window}": "p95_ms": 1` } }])),
        }
        const text = JSON.stringify(file, null, indent)
        const found = limitLine(text, { window, endpoint: '*', key: 'p95_ms' })
        if (window === 'run') return
        assert.ok(found !== undefined)
        assert.match(text.split('\n')[found - 1] ?? '', /"p95_ms"/)
      }),
      { numRuns: 300 },
    )
  })
})
