import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { classify, FAILURE_CLASSES, isError } from '../../../../lib/base/outcome.ts'

test('each failure has its class', () => {
  for (const [status, errorCode, retryAfter, expected] of [
    [429, 1429, true, 'shed'],
    [429, 1429, false, 'failed_check'],
    [400, 1400, false, 'client_error'],
    [401, 1401, false, 'client_error'],
    [404, 1404, true, 'client_error'],
    [499, 1499, false, 'client_error'],
    [500, 1500, false, 'server_error'],
    [503, 1503, true, 'server_error'],
    [599, 1599, false, 'server_error'],
    [200, 0, false, 'failed_check'],
    [204, 0, false, 'failed_check'],
    [302, 0, false, 'failed_check'],
    [304, 0, false, 'failed_check'],
    [101, 0, false, 'failed_check'],
    [0, 1050, false, 'timeout'],
    [0, 1211, false, 'timeout'],
    [0, 1212, false, 'refused'],
    [0, 1220, false, 'reset'],
    [0, 1201, false, 'reset'],
    [0, 1202, false, 'reset'],
    [0, 1100, false, 'dns'],
    [0, 1101, false, 'dns'],
    [0, 1110, false, 'dns'],
    [0, 1300, false, 'tls'],
    [0, 1310, false, 'tls'],
    [0, 1000, false, 'no_answer'],
    [0, 1020, false, 'no_answer'],
    [0, 1200, false, 'no_answer'],
    [0, 1600, false, 'no_answer'],
    [0, 0, false, 'no_answer'],
  ] as const)
    assert.equal(
      classify(status, errorCode, retryAfter),
      expected,
      `status ${status}, code ${errorCode}, Retry-After ${retryAfter}`,
    )
})

test('every status and code has a class of the closed set, and none of them is silence', () => {
  fc.assert(
    fc.property(fc.nat(999), fc.nat(2000), fc.boolean(), (status, errorCode, retryAfter) => {
      assert.ok(FAILURE_CLASSES.includes(classify(status, errorCode, retryAfter)))
    }),
  )
})

test('only load shed as announced is no error', () => {
  assert.deepEqual(
    FAILURE_CLASSES.filter((failure) => !isError(failure)),
    ['shed'],
  )
  for (let status = 0; status < 600; status++) {
    const shed = classify(status, 0, true) === 'shed'
    assert.equal(shed, status === 429, `status ${status}`)
  }
})

test('where a refusal was expected, another refusal is a failed check', () => {
  assert.equal(classify(404, 1404, false, [401]), 'failed_check')
  assert.equal(classify(400, 1400, false, [400, 200]), 'failed_check')
  assert.equal(classify(404, 1404, false, [200, 399]), 'client_error')
  assert.equal(classify(500, 1500, false, [401]), 'server_error')
  assert.equal(classify(429, 1429, true, [401]), 'shed')
})

test('classes of codes end where the next begins', () => {
  for (const [status, errorCode, expected] of [
    [99, 0, 'no_answer'],
    [100, 0, 'failed_check'],
    [399, 0, 'failed_check'],
    [400, 0, 'client_error'],
    [500, 0, 'server_error'],
    [0, 1099, 'no_answer'],
    [0, 1100, 'dns'],
    [0, 1199, 'dns'],
    [0, 1200, 'no_answer'],
    [0, 1299, 'no_answer'],
    [0, 1300, 'tls'],
    [0, 1399, 'tls'],
    [0, 1400, 'no_answer'],
  ] as const)
    assert.equal(classify(status, errorCode, false), expected, `status ${status}, code ${errorCode}`)
})
