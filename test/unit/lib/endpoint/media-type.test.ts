/** Content types, and charsets beside them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOfType } from '../../../../lib/endpoint/media-type.ts'

for (const [header, types, is] of [
  ['application/json', ['application/json'], true],
  ['Application/JSON; charset="UTF-8"', ['application/json'], true],
  ['application/json;charset=utf8', ['application/json'], true],
  ['application/json; charset=us-ascii; profile=x', ['application/json'], true],
  ['application/json; charset=utf-16', ['application/json'], false],
  ['application/json ;charset = "iso-8859-1"', ['application/json'], false],
  ['application/a2a+json; charset=utf-16', ['application/json', 'application/a2a+json'], false],
  ['text/event-stream; charset=windows-1252', ['text/event-stream'], false],
  ['text/html; charset=iso-8859-1', ['text/html'], true],
  ['application/json; charset=utf-8; charset=utf-16', ['application/json'], false],
  ['text/html', ['application/json'], false],
  [undefined, ['application/json'], false],
] as const)
  test(`${header} is ${is ? '' : 'not '}${types.join(' or ')}`, () => assert.equal(isOfType(header, types), is))
