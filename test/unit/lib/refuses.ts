import assert from 'node:assert/strict'
import { UsageError } from '../../../lib/base/errors.ts'

/** The call throws a UsageError whose text has, or matches, all of these; gives the text. */
export function refuses(act: () => unknown, ...texts: readonly (string | RegExp)[]): string {
  let message = ''
  assert.throws(act, (error) => {
    assert.ok(error instanceof UsageError, `expected a UsageError, got ${error}`)
    message = error.message
    return true
  })
  for (const text of texts)
    if (typeof text === 'string') assert.ok(message.includes(text), `expected ${JSON.stringify(text)} in: ${message}`)
    else assert.match(message, text)
  return message
}
