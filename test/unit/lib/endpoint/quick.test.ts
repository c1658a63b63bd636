/** Every endpoint's strict check against mutations of valid answers, and the quick check against the strict one. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { READ_FIRST, READ_ONE_IN } from '../../../../lib/endpoint/quick-check.ts'
import { CASES, type Case, User } from './valid-answers.ts'

const { parse } = JSON

/** So many answers make every shape known; after them, chance reads none of the next. */
const SETTLED = 20
const noChance = (t: TestContext) => t.mock.method(Math, 'random', () => 0.999)

function settled(one: Case, quickly: boolean): User {
  const user = new User(one, quickly)
  for (let n = 0; n < SETTLED; n++) assert.equal(user.say(), undefined, `answer ${n}`)
  return user
}

type Path = readonly (string | number)[]
const pathsOf = (value: unknown): Path[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsOf(inner).map((path) => [key, ...path])])

/** The text with the value at a path changed; undefined takes the member away. */
function changed(body: string, [key = '', ...rest]: Path, by: (value: unknown) => unknown): string {
  const change = (value: Record<string, unknown>, at: string | number, more: Path): unknown => {
    const [next, ...others] = more
    const inner = next === undefined ? by(value[at]) : change(value[at] as Record<string, unknown>, next, others)
    if (Array.isArray(value)) return inner === undefined ? value.toSpliced(Number(at), 1) : value.with(Number(at), inner)
    return { ...value, [at]: inner }
  }
  return JSON.stringify(change(parse(body), key, rest))
}

/** What makes an answer wrong whatever the endpoint. */
const WRAPPED: Readonly<Record<string, (body: string) => string>> = {
  nested: (body) => `{"answer":${body}}`,
  'in a list': (body) => `[${body}]`,
  'as a text': (body) => JSON.stringify(body),
  'in a page': (body) => `<html><body>${body}</body></html>`,
  'with something after it': (body) => `${body}{}`,
  'cut in the middle': (body) => body.slice(0, body.length >> 1),
  'without its end': (body) => body.slice(0, -1),
  'with an error': (body) => `${body.slice(0, -1)},"error":{"code":"internal","message":"no"}}`,
  'with a member that is said twice': (body) => `{${JSON.stringify(Object.keys(parse(body))[0])}:0,${body.slice(1)}`,
  empty: () => '{}',
  null: () => 'null',
  nothing: () => '',
}
/** Members that the contract has: what an answer says at its top, and what a result of JSON-RPC does. */
const membersOf = (body: string): Path[] => {
  const answer = parse(body)
  const inner = Object.keys(answer.result ?? {}).map((key) => ['result', key])
  return [...Object.keys(answer).map((key) => [key]), ...inner]
}
const KINDS: Readonly<Record<string, (value: unknown) => unknown>> = {
  missing: () => undefined,
  null: () => null,
  'of another kind': (value) => (typeof value === 'string' ? 5 : String(JSON.stringify(value))),
  nested: (value) => ({ inner: value }),
  'in a list': (value) => [value],
}

for (const quickly of [false, true])
  for (const one of CASES)
    test(`${one.endpoint.name}: no mutation of a valid answer is valid${quickly ? ', once valid ones were read' : ''}`, (t) => {
      noChance(t)
      const refused = (what: string, change: (body: string) => string) => {
        const user = quickly ? settled(one, true) : new User(one, false)
        assert.notEqual(user.say(change), undefined, what)
      }
      for (const [what, change] of Object.entries(WRAPPED)) refused(what, change)
      const isAnything = (path: Path) => one.anything?.includes(String(path.at(-1))) === true
      let members: Path[] = []
      new User(one, false).say((body) => {
        members = membersOf(body)
        return body
      })
      for (const path of members)
        for (const [what, by] of Object.entries(KINDS).filter(([kind]) => kind !== 'nested' || !isAnything(path)))
          refused(`${path.join('.')} ${what}`, (body) => changed(body, path, by))
      for (const type of ['application/jsonx', 'text/html', ''])
        assert.notEqual(new User(one, quickly).say(undefined, { 'Content-Type': type }), undefined, type)
    })

const value = fc.oneof(fc.integer(), fc.string(), fc.constantFrom<unknown>('r-1', 'healthy', 0, 1.5, true, null, [], {}))

for (const one of CASES) {
  const { name } = one.endpoint
  const { free = [] } = one
  test(`${name}: what strings take, the strict check takes too`, (t) => {
    noChance(t)
    const both = (change: (body: string) => string) => {
      const strict = settled(one, false).say(change)
      if (strict !== undefined) assert.notEqual(settled(one, true).say(change), undefined, String(strict))
    }
    fc.assert(
      fc.property(
        fc.nat(),
        value,
        fc.nat(),
        fc.constantFrom('"', '}', ',', ' ', '0', 'x', '\\', ''),
        (at, to, place, character) => {
          both((body) => {
            const paths = pathsOf(parse(body)).filter((path) => !free.includes(String(path.at(-1))))
            return changed(body, paths[at % paths.length] ?? [], () => to)
          })
          both((body) => {
            // A free member may say anything of its kind.
            const mask = free.reduce(
              (text, key) =>
                text.replace(new RegExp(`"${key}":("(?:[^"\\\\]|\\\\.)*"|[-\\d.]+)`), (all) => '\0'.repeat(all.length)),
              body,
            )
            const spot = place % body.length
            return mask[spot] === '\0' ? '' : body.slice(0, spot) + character + body.slice(spot + 1)
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  test(`${name}: answers that look like those that were read are not parsed, and one in some is read all the same`, (t) => {
    const read = t.mock.method(JSON, 'parse', parse)
    const random = t.mock.method(Math, 'random', () => 0.999)
    const user = settled(one, true)
    assert.ok(read.mock.callCount() >= READ_FIRST, `${read.mock.callCount()} of the first answers were read`)
    read.mock.resetCalls()
    for (let n = 0; n < 50; n++) assert.equal(user.say(), undefined)
    assert.equal(read.mock.callCount(), 0)
    random.mock.mockImplementation(seeded)
    for (let n = 0; n < 40 * READ_ONE_IN; n++) assert.equal(user.say(), undefined)
    if (one.different !== undefined) {
      assert.ok(read.mock.callCount() <= one.different, `${read.mock.callCount()} of answers that were known were read`)
      return
    }
    const share = read.mock.callCount() / (40 * READ_ONE_IN)
    assert.ok(share > 0.5 / READ_ONE_IN && share < 2 / READ_ONE_IN, `${share} of them were read`)
  })
}

/** The same chances in every run of this test. */
let state = 1
const seeded = () => {
  state = (state * 16807) % 2147483647
  return state / 2147483647
}

test('a resource whose strings were looked at only is read by chance, although it comes again to the letter', (t) => {
  const random = t.mock.method(Math, 'random', () => 0.999)
  const one = CASES.find(({ endpoint }) => endpoint.name === 'resource') ?? assert.fail('no resource')
  const user = settled(one, true)
  // The same member twice, which only reading shows.
  const changed = (body: string) => body.replace('"revision":3', '"revision":4').replace('"region":', '"region":"us","region":')
  const etag = { Etag: '"2"' }
  for (let n = 0; n < 12; n++) assert.equal(user.say(changed, etag), undefined, 'strings take it')
  random.mock.mockImplementation(seeded)
  let asked = 0
  while (user.say(changed, etag) === undefined) assert.ok(++asked < 10 * READ_ONE_IN, 'it was never read')
})

test('a gateway that is right first and wrong then is found out', () => {
  for (const one of CASES) {
    const user = settled(one, true)
    assert.notEqual(
      user.say(() => '{}'),
      undefined,
      one.endpoint.name,
    )
    assert.equal(user.say(), undefined, `${one.endpoint.name} after it`)
  }
})

test('a time below zero is refused by strings, too', (t) => {
  noChance(t)
  const one = CASES.find(({ endpoint }) => endpoint.name === 'health') ?? assert.fail('no health')
  const wrong = settled(one, true).say((body) => body.replace(/"uptime_s":/, '"uptime_s":-'))
  assert.match(String(wrong), /^has uptime_s -[\d.]+, not a number of at least 0$/)
})

test('an id that came before is refused by strings, too', (t) => {
  noChance(t)
  for (const one of CASES.filter(({ free = [] }) => free.some((key) => /^(?:\w+_)?id$/.test(key)))) {
    const user = settled(one, true)
    let before = ''
    user.say((body) => {
      before = body
      return body
    })
    for (let n = 0; n < 5; n++) assert.equal(user.say(), undefined)
    const [id] = /"(?:id|task_id|message_id)":"(?!3-)[^"]+"/.exec(before) ?? assert.fail('no id')
    const again = user.say((body) => body.replace(/"(?:id|task_id|message_id)":"(?!3-)[^"]+"/, id))
    assert.match(String(again), /^repeats the \w+ of an? \w+ before$/, one.endpoint.name)
  }
})
