/** Shapes of answers: strings must never take what reading would refuse. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Call, CheckResult } from '../../../../lib/endpoint/endpoint.ts'
import { quick, READ_FIRST, type Test } from '../../../../lib/endpoint/quick-check.ts'
import { checkRpc, type ResultCheck, rpcCall } from '../../../../lib/jsonrpc/jsonrpc.ts'

const call = rpcCall('agent.ping', { agent_id: 'a-1' }, '7-1')
const ping: ResultCheck = ({ agent_id, success }) => (agent_id === 'a-1' && success === true ? undefined : 'is no pong')
const right = { jsonrpc: '2.0', id: '7-1', result: { agent_id: 'a-1', success: true } }
const text = (answer: unknown) => JSON.stringify(answer)

/** Reads what strings do not take; counts what they did. */
function framed(check: ResultCheck, free: string, test: Test | true = true) {
  const { takes, learn } = quick({ free: { [free]: test } })
  let taken = 0
  const checked = (body: string, { expect = '', ...asked }: Call): CheckResult => {
    if (takes(body, expect, asked.id, {})) {
      taken++
      return undefined
    }
    const wrong = checkRpc(body, { expect, ...asked }, check)
    if (wrong === undefined) learn(body, expect, asked.id)
    return wrong
  }
  return Object.assign(checked, { taken: () => taken })
}

const scalar = fc.oneof(
  fc.constantFrom('a-1', 'a-2', '7-1', '2.0', 'error', '"error":{'),
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
)
const members = fc.record(
  {
    jsonrpc: fc.constantFrom('2.0', '1.0'),
    id: fc.constantFrom<unknown>('7-1', '7-10', '17-1', 7, null),
    result: fc.oneof(fc.dictionary(fc.constantFrom('agent_id', 'success', 'error', 'note', 'result'), scalar), scalar),
    error: fc.oneof(scalar, fc.record({ code: fc.oneof(fc.integer(), fc.string()), message: fc.string() })),
  },
  { requiredKeys: [] },
)

/** Answers of a gateway that writes a time and an id into each, in whatever order and spacing it likes. */
const styles = fc.record({
  reversed: fc.boolean(),
  spaces: fc.constantFrom(0, 1),
  extra: fc.constantFrom({}, { note: 'x', list: [1] }),
})
const write = (answer: object, { reversed, spaces }: { reversed: boolean; spaces: number }) => {
  const turn = (value: unknown): unknown =>
    reversed && typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, inner]) => [key, turn(inner)]),
        )
      : value
  return JSON.stringify(turn(answer), null, spaces)
}
const free = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ minLength: 1 }),
  fc.constant(null),
)

test('what a shape decides is what parsing decides', () => {
  fc.assert(
    fc.property(styles, free, free, members, fc.boolean(), (style, first, second, other, alike) => {
      const check = framed(ping, 'sent_at')
      const rightOf = (sent_at: unknown) => write({ ...right, result: { ...right.result, ...style.extra, sent_at } }, style)
      for (let i = 0; i < 3; i++) assert.equal(check(rightOf(first), call), undefined)
      const body = alike ? rightOf(second) : write(other, style)
      assert.deepEqual(check(body, call), checkRpc(body, call, ping), body)
    }),
    { numRuns: 3000 },
  )
})

/** A check that compares with what the call is about. */
const pingOf: ResultCheck = ({ agent_id, success }, { expect }) =>
  agent_id === expect && success === true ? undefined : `is no pong of ${expect}`
const callOf = (agent: string, id: string) => ({ ...rpcCall('agent.ping', { agent_id: agent }, id), expect: agent })

test('what a shape decides of another call is what parsing decides', () => {
  const names = fc.constantFrom('a-1', 'a-2', '7-1', '7-2', 'x', 'sent_at', 'a"b', 'a\\b', '')
  const calls = fc.record({ agent: names, id: fc.constantFrom('7-1', '7-2', 'a-1', 'x') })
  const answers = fc.record({ agent: names, id: fc.constantFrom('7-1', '7-2', 'a-1', 'x'), note: names, sent_at: free })
  const answer = (one: { agent: string; id: string; note?: string; sent_at: unknown }) => ({
    jsonrpc: '2.0',
    id: one.id,
    result: { agent_id: one.agent, success: true, ...(one.note === undefined ? {} : { note: one.note }), sent_at: one.sent_at },
  })
  // A name, written as JSON may also have it.
  const escaped = (body: string) => body.replace('"a-', '"a\\u002d')
  let whole = 0
  let taken = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(calls, free, names), { minLength: 1, maxLength: 3 }),
      calls,
      answers,
      styles,
      fc.boolean(),
      fc.boolean(),
      (before, asked, given, style, alike, escapes) => {
        const check = framed(pingOf, 'sent_at')
        // Each is read before strings decide, so that all of them may have made a shape.
        const known = Array.from(
          { length: READ_FIRST },
          (_, i) => before[Math.min(i, before.length - 1)] as (typeof before)[number],
        )
        const written = (what: object) => (escapes ? escaped(write(what, style)) : write(what, style))
        for (const [{ agent, id }, sent_at, note] of known)
          assert.equal(check(written(answer({ agent, id, note, sent_at })), callOf(agent, id)), undefined)
        const body = written(answer(alike ? { ...given, note: known[0]?.[2] ?? '', ...asked } : given))
        const read = checkRpc(body, callOf(asked.agent, asked.id), pingOf)
        if (read === undefined) whole++
        assert.deepEqual(check(body, callOf(asked.agent, asked.id)), read, body)
        taken += check.taken()
      },
    ),
    { numRuns: 5000 },
  )
  assert.ok(whole > 500 && taken > 10, `${whole} valid answers, ${taken} of them taken by strings`)
})

test('a shape takes no answer that was changed or cut anywhere but in its free member', () => {
  const check = framed(ping, 'sent_at')
  const body = text({ ...right, result: { ...right.result, sent_at: 1764000000000 } })
  for (let i = 0; i < 3; i++) check(body, call)
  const from = body.indexOf('1764000000000')
  for (let at = 0; at < body.length; at++) {
    assert.ok(check(body.slice(0, at), call), `cut at ${at}`)
    for (const character of ['"', '}', '{', ',', ':', ' ', 'x', '\\']) {
      const changed = body.slice(0, at) + character + body.slice(at + 1)
      const same = checkRpc(changed, call, ping)
      assert.deepEqual(check(changed, call), same, changed)
      if (at >= from && at < from + 13 && character === '"') assert.ok(same, 'a quote in a number is no JSON')
    }
  }
})

test('a free member is checked where somebody wants that', () => {
  const seen: string[] = []
  const check = framed(
    (result, asked) => (result.note === 'b' ? 'is b' : ping(result, asked)),
    'note',
    (value) => {
      seen.push(value)
      return /^\w$/.test(value) && value !== 'b'
    },
  )
  const body = (note: string) => text({ ...right, result: { ...right.result, note } })
  assert.deepEqual(
    ['a', 'a', 'a', 'c', 'b'].map((note) => check(body(note), call)),
    [undefined, undefined, undefined, undefined, 'is b'],
  )
  assert.deepEqual(seen, ['c', 'b'])
})

test('once valid answers were read, those to other calls are not parsed', (t) => {
  t.mock.method(Math, 'random', () => 0.999)
  const check = framed(pingOf, 'sent_at')
  const body = (agent: string, id: string, sent_at: number) =>
    text({ jsonrpc: '2.0', id, result: { agent_id: agent, success: true, sent_at } })
  for (let i = 0; i < READ_FIRST; i++) assert.equal(check(body('a-1', '7-1', 5), callOf('a-1', '7-1')), undefined)
  t.mock.method(JSON, 'parse', () => assert.fail('parsed'))
  for (let i = 2; i < 20; i++)
    assert.equal(check(body(`a-${i}`, `7-${i}`, i * 1000 + 0.5), callOf(`a-${i}`, `7-${i}`)), undefined)
})

test('where chance finds a failed check, all that follow are read', (t) => {
  t.mock.method(Math, 'random', () => 0)
  const { takes, learn, doubt } = quick({ free: { n: true } })
  const body = '{"n":1}'
  for (let n = 0; n < READ_FIRST; n++) {
    assert.ok(!takes(body, '', undefined, {}))
    learn(body, '')
  }
  assert.ok(takes(body, '', undefined, {}))
  // What only looks different was not picked by chance: it says nothing of the others.
  assert.ok(!takes(body, '', undefined, {}))
  learn(body, '')
  assert.ok(!takes('{"m":1}', '', undefined, {}))
  doubt()
  assert.ok(!takes(body, '', undefined, {}))
  assert.ok(takes(body, '', undefined, {}))
  assert.ok(!takes(body, '', undefined, {}))
  doubt()
  for (let n = 0; n < 10; n++) assert.ok(!takes(body, '', undefined, {}))
})
