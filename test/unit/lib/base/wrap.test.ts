import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { palette, plain } from '../../../../cli/base/colour.ts'
import { wrapped } from '../../../../lib/base/wrap.ts'

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')

test('a sentence goes on below its text, not below its label', () => {
  assert.deepEqual(wrapped('FAIL  resource: 79 of 3,903 answers failed their check.', 30), [
    'FAIL  resource: 79 of 3,903',
    '      answers failed their',
    '      check.',
  ])
  assert.deepEqual(wrapped('  next     Ask for it again and compare the answer.', 30), [
    '  next     Ask for it again',
    '           and compare the',
    '           answer.',
  ])
  assert.deepEqual(wrapped('  also: one of the gates did not hold', 20), ['  also: one of the', '    gates did not', '    hold'])
})

test('the last cell of a row goes on in its column where that has room, and below the row where not', () => {
  const row = '  base / all   1,001  0.8 ms  79 failed_check, 12 server_error, 5 timeout'
  assert.deepEqual(wrapped(row, 60), [
    '  base / all   1,001  0.8 ms  79 failed_check, 12',
    '                              server_error, 5 timeout',
  ])
  assert.deepEqual(wrapped(row, 45), [
    '  base / all   1,001  0.8 ms',
    '      79 failed_check, 12 server_error, 5',
    '      timeout',
  ])
})

test('a label in colour stays one', () => {
  const { red, bold } = palette(true)
  assert.deepEqual(wrapped(bold('  next     ') + red('now'), 10, plain).map(plain), ['  next     now'])
})

test('what somebody copies stays whole, and so does what fits', () => {
  for (const line of ['repeat   npx loadgate run burst --rate 90', '  repeat   curl -i http://127.0.0.1/', 'results  /a/b c/d'])
    assert.deepEqual(wrapped(line, 12), [line])
  assert.deepEqual(wrapped('just so', 7), ['just so'])
})

const label = fc.constantFrom('', '  ', 'FAIL  ', '  next     ', '  ✓  ')
const sentence = fc.array(fc.stringMatching(/^[a-rt-z✓.,]{1,12}$/), { minLength: 1, maxLength: 40 })

test('no word is lost or added, and no line is longer than the width but by a single word', () => {
  const { red, bold } = palette(true)
  fc.assert(
    fc.property(label, sentence, fc.integer({ min: 10, max: 120 }), fc.boolean(), (label, parts, width, coloured) => {
      const line = coloured ? `${bold(label)}${red(parts.join(' '))}` : label + parts.join(' ')
      const lines = wrapped(line, width, plain).map(plain)
      assert.deepEqual(words(lines.join(' ')), words(plain(line)))
      for (const each of lines)
        assert.ok(each.length <= width || words(each.slice(label.length)).length === 1, `${width}: ${each}`)
    }),
  )
})

test('a number stays with its unit', () => {
  assert.deepEqual(wrapped('it took 1,720 ms, of which 43.84 % count', 15), [
    'it took',
    '  1,720 ms, of',
    '  which 43.84 %',
    '  count',
  ])
})
