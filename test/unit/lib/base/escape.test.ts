/** Whatever comes from outside, nobody obeys it where it goes to: by properties, for each place. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { forTerminal, palette } from '../../../../cli/base/colour.ts'
import { UsageError } from '../../../../lib/base/errors.ts'
import {
  codeInMarkdown,
  forAnnotation,
  forAnnotationProperty,
  forJson,
  forMarkdown,
  forMarkup,
  forScript,
  visible,
  visibleLines,
} from '../../../../lib/base/escape.ts'

/** What nobody sees, by the classes of Unicode: control, format and surrogate characters, separators of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** What a hostile gateway is made of. */
const outside = fc
  .array(
    fc.oneof(
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          ...[
            '\u001b[2J',
            '\u001b]0;t\u0007',
            '\u009b2J',
            '\r',
            '\n',
            '\r\n',
            '\t',
            ' ',
            '\u0085',
            '\u2028',
            '\u202e',
            '\u2066',
            '\u200b',
          ],
          ...[
            '::',
            '::error::x',
            ':',
            '##[error]x',
            '##',
            '#',
            '[',
            '##vso[x]',
            '##teamcity[x]',
            '%0A',
            '%',
            'section_start:1:x',
          ],
          ...[
            '![t](http://x.y/z)',
            '[a](b)',
            '<img src=x>',
            '`',
            '```',
            '|',
            '*',
            '_',
            '~~',
            '@me',
            '#1',
            'http://x.y',
            'www.x.y',
            '$a$',
          ],
          ...[
            '</script>',
            '<!--',
            '-->',
            ']]>',
            '&lt;',
            '&',
            '"',
            "'",
            '</td>',
            'a@b.c',
            '\\',
            '\ud800',
            '\udc00',
            '\u{e0041}',
            '😀',
          ],
          ...['PASS', 'a', '0', '- ', '1. ', '> ', '=', '+'],
        ),
      },
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

/** A line that a CI system would obey. */
const OBEYED = /^\s*::|##(\w*)\[/

const always = (holds: (text: string) => void): void => fc.assert(fc.property(outside, holds), { numRuns: 1000 })

test('a terminal and a log get one line, in which nothing is obeyed', () => {
  always((text) => {
    for (const line of [visible(text), forTerminal(text), new UsageError(text).message]) {
      assert.doesNotMatch(line, UNSEEN)
      assert.doesNotMatch(line, OBEYED)
    }
    assert.equal(visible(visible(text)), visible(text))
  })
})

test('what can be seen and is no command stays as it is', () => {
  for (const text of [
    '',
    'p95 was 80 ms, must be ≤ 50 ms',
    'Größe 大 😀 é',
    'a::b',
    '# heading [x]',
    'path\\u',
    'C++ ::',
    '10 %',
  ])
    assert.equal(visible(text), text)
  assert.equal(visible('\u001b[2J'), '\\u001b[2J')
  assert.equal(visible('a\r\nb\tc'), 'a\\r\\nb\\tc')
  assert.equal(visible('::warning::x'), '\\u003a:warning::x')
  assert.equal(visible('\u{e0041}'), '\\udb40\\udc41')
})

test('our own colours reach the terminal, and no others', () => {
  const { red, bold } = palette(true)
  always((text) => {
    const painted = forTerminal(`${bold(red(text))} ${text}`)
    assert.equal(painted, `\u001b[1m\u001b[31m${visible(text)}\u001b[39m\u001b[22m${visible(` ${text}`)}`)
  })
})

test('of a text of several lines, all but the first are set in', () => {
  always((text) => {
    const [first = '', ...others] = visibleLines(text).split('\n')
    for (const line of [first, ...others]) {
      assert.doesNotMatch(line, UNSEEN)
      assert.doesNotMatch(line, OBEYED)
    }
    assert.ok(others.every((line) => line.startsWith('    ')))
  })
})

test('JSON is JSON still and says the same, and nothing in it is obeyed when somebody prints it', () => {
  always((text) => {
    for (const written of [
      forJson({ [text]: [text] }),
      forScript({ [text]: [text] }),
      visible(JSON.stringify({ [text]: [text] })),
    ]) {
      assert.doesNotMatch(written, UNSEEN)
      assert.deepEqual(Object.entries(JSON.parse(written) as object), [[text, [text]]])
    }
    assert.doesNotMatch(forScript(text), /[<>&]/)
  })
})

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  htmlEntities: true,
  parseTagValue: false,
})

test('in markup it is content and nothing else', () => {
  always((text) => {
    const written = forMarkup(text)
    assert.doesNotMatch(written, /[<>"']|&(?!(amp|lt|gt|quot|apos);)/)
    assert.doesNotMatch(written.replace(/[\n\t]/g, ''), UNSEEN)
    const xml = `<a b="${written}">${written}.</a>`
    assert.equal(XMLValidator.validate(xml), true)
    const { a } = parser.parse(xml) as { a: { '#text': string } }
    if (/^[\n\t -~]*$/.test(text)) assert.equal(a['#text'], `${text}.`)
  })
})

/** Markdown without what is escaped in it. */
const bare = (markdown: string): string => markdown.replace(/\\[\\`*[\]|~$#@_]/g, '·')

test('in Markdown it is words: no link, no image, no mention, no table, no HTML, no line of its own', () => {
  always((text) => {
    const written = forMarkdown(text)
    assert.doesNotMatch(written, UNSEEN)
    assert.doesNotMatch(written, /^\s*(>|[-+] |\d+[.)] )/)
    const left = bare(written).replaceAll('<!-- -->', '\0')
    for (const live of [/[`*[\]|~]/, /<(?!\0)/, /@\w/, /#\w/, /:\/\//, /(?<![a-z0-9])www\./i, /!\d/, /&[#\w]+(?<!&lt|&amp);/])
      assert.doesNotMatch(left, live, JSON.stringify(written))
  })
})

test('code in Markdown ends where it is to end', () => {
  always((text) => {
    const written = codeInMarkdown(text)
    assert.doesNotMatch(written, UNSEEN)
    if (text === '') return
    const fence = /^`+/.exec(written)?.[0] ?? assert.fail(written)
    const inner = written.slice(fence.length, -fence.length)
    assert.ok(written.endsWith(fence) && !inner.startsWith('`') && !inner.endsWith('`'))
    assert.ok(!inner.split(/[^`]+/).includes(fence), written)
  })
})

test('an annotation is one command, with one message and its own properties', () => {
  always((text) => {
    for (const written of [forAnnotation(text), forAnnotationProperty(text)]) {
      assert.doesNotMatch(written, UNSEEN)
      assert.equal(decodeURIComponent(written), visible(text))
    }
    assert.doesNotMatch(forAnnotationProperty(text), /[:,]/)
  })
})
