import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { fit, forTerminal, palette, plain as withoutColours } from '../../../../cli/base/colour.ts'
import { layout } from '../../../../cli/live/layout.ts'

const plain = (text: string): string => text

describe('layout', () => {
  const rows = [{ parts: ['burst', '5s'] }, { label: 'requests', parts: ['offered 100/s', 'sent 100/s', 'right 99/s'] }]

  it('puts a row into one line where there is room', () => {
    assert.deepEqual(layout(rows, 80, 24, plain), ['burst   5s', '  requests   offered 100/s   sent 100/s   right 99/s'])
  })
  it('breaks it between parts where there is not', () => {
    assert.deepEqual(layout(rows, 39, 24, plain), ['burst   5s', '  requests   offered 100/s   sent 100/s', '    right 99/s'])
  })
  it('never becomes wider or higher than the terminal, and loses no part that a line has room for', () => {
    const row = fc.record(
      { label: fc.constantFrom('', 'requests'), parts: fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }) },
      { requiredKeys: ['parts'] },
    )
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), fc.integer({ min: 26, max: 200 }), fc.nat(60), (made, width, height) => {
        const lines = layout(made, width, Number.POSITIVE_INFINITY, plain)
        assert.ok(lines.every((line) => line.length <= width))
        assert.deepEqual(
          lines.join(' ').split(/\s+/).filter(Boolean),
          made.flatMap(({ label = '', parts }) => [label, ...parts].filter(Boolean)),
        )
        assert.deepEqual(layout(made, width, height, plain), lines.slice(0, height))
      }),
    )
  })
})

describe('fit', () => {
  it('cuts to the width without counting colours, and never cuts one in two', () => {
    const piece = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', ' ') }),
      fc.constantFrom(palette(true).red('a b'), palette(true).bold('')),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), (pieces, width) => {
        const text = pieces.join('')
        const cut = fit(text, width)
        assert.equal(withoutColours(cut), withoutColours(text).slice(0, width))
        assert.ok(!/␛(?!\[\d+m)/.test(forTerminal(cut).replaceAll('\u001b', '␛')))
      }),
    )
  })
})
