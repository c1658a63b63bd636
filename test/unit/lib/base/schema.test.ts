import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { array, literal, minValue, number, optional, picklist, pipe, record, strictObject, string, union } from 'valibot'
import { check, parseJson } from '../../../../lib/base/schema.ts'
import { refuses } from '../refuses.ts'

const pet = strictObject({
  name: string(),
  legs: optional(pipe(number('expected a number of legs'), minValue(0, 'expected at least 0 legs'))),
  sound: optional(picklist(['meow', 'woof'])),
  food: optional(array(string())),
})
const schema = strictObject({
  $schema: optional(string()),
  pets: record(string(), union([pet, literal(false)], 'expected a pet, or false for none')),
  owner: optional(strictObject({ name: string(), password: optional(string()) })),
})

const refusesFile = (data: unknown, ...texts: string[]) =>
  refuses(() => check(schema, data, 'pets.json'), 'pets.json: ', ...texts)

test('a right file comes back as it is', () => {
  const file = { $schema: './x.json', pets: { tom: { name: 'Tom', legs: 4, sound: 'meow' }, none: false } }
  assert.deepEqual(check(schema, file, 'pets.json'), file)
})

test('an unknown key is named with its place, the nearest right one and all that are known there', () => {
  refusesFile({ pets: {}, ownr: {} }, 'pets.json: ownr: unknown key; did you mean "owner"?; known here: pets, owner')
  refusesFile(
    { pets: {}, owner: { name: 'x', pasword: '' } },
    'owner.pasword: unknown key; did you mean "password"?; known here: name, password',
  )
})

test('inside an alternative, the fault is named where it is', () => {
  refusesFile(
    { pets: { tom: { name: 'Tom', leg: 4 } } },
    'pets.tom.leg: unknown key; did you mean "legs"?; known here: name, legs, sound, food',
  )
  refusesFile({ pets: { tom: { name: 'Tom', legs: -1 } } }, 'pets.tom.legs: expected at least 0 legs, found -1')
  refusesFile({ pets: { tom: { name: 'Tom', legs: 'four' } } }, 'pets.tom.legs: expected a number of legs, found "four"')
  refusesFile({ pets: { tom: {} } }, 'pets.tom.name: missing')
  refusesFile({ pets: { tom: { name: 'Tom', food: ['fish', 7] } } }, 'pets.tom.food.1: expected string, found 7')
})

test('where none of the alternatives is near, the sentence of all of them is said', () => {
  for (const [found, shown] of [
    [3, '3'],
    [true, 'true'],
    ['Tom', '"Tom"'],
  ] as const)
    refusesFile({ pets: { tom: found } }, `pets.tom: expected a pet, or false for none, found ${shown}`)
})

test('a word out of a list is named with the nearest of the list', () => {
  refusesFile(
    { pets: { tom: { name: 'Tom', sound: 'meo' } } },
    'pets.tom.sound: expected one of "meow", "woof", found "meo"; did you mean "meow"?',
  )
})

test('what is missing is said to be missing', () => {
  refusesFile({}, 'pets.json: pets: missing')
  refusesFile({ pets: {}, owner: {} }, 'owner.name: missing')
})

test('another kind of value is named by its kind, not shown', () => {
  refusesFile(null, 'pets.json: expected an object, found null')
  refusesFile({ pets: {}, owner: 'Ann' }, 'owner: expected an object, found "Ann"')
  refusesFile({ pets: {}, owner: { name: { first: 'Ann' } } }, 'owner.name: expected string, found an object')
})

test('what stands at the place of a secret is not shown', () => {
  for (const password of [1234567, ['1234567'], { x: '1234567' }, true]) {
    const message = refusesFile({ pets: {}, owner: { name: 'x', password } }, 'owner.password: expected string, found ')
    assert.ok(!message.includes('1234567') && !message.includes('true'), message)
  }
})

test('what a URL carries before its host is not shown', () => {
  const message = refusesFile({ pets: { tom: 'http://ann:hunter2@example.com' } }, 'found "http://…@example.com"')
  assert.ok(!message.includes('hunter2'))
})

test('long values are cut', () => {
  const message = refusesFile({ pets: { tom: 'x'.repeat(5000) } })
  assert.ok(message.length < 300, message)
})

test('whatever JSON a file holds, it is right or refused with the file and a key', () => {
  const key = fc.constantFrom(
    'pets',
    'owner',
    'tom',
    'name',
    'legs',
    'sound',
    'food',
    'password',
    'x',
    '__proto__',
    'constructor',
  )
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.constantFrom(false, true, null, 'meow', '', -1, 4),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  })).value
  fc.assert(
    fc.property(tree, (data) => {
      try {
        check(schema, data, 'pets.json')
      } catch (error) {
        assert.equal((error as Error).name, 'UsageError', String(error))
        assert.match((error as Error).message, /^pets\.json: ./)
      }
    }),
    { numRuns: 2000 },
  )
})

test('JSON is read, a byte order mark is passed over', () => {
  assert.deepEqual(parseJson('{"a":1}', 'f.json'), { a: 1 })
  assert.deepEqual(parseJson('\ufeff{"a":1}', 'f.json'), { a: 1 })
})

test('what is no JSON is refused with the file and without what it holds', () => {
  for (const written of [
    '',
    '{',
    '{"client_secret": hunter2hunter2}',
    '{"password":"hunter2" "b":1}',
    '{"password":"hunter2',
    'hunter2',
  ]) {
    const message = refuses(() => parseJson(written, 'f.json'), 'f.json: expected JSON, found something else: ')
    assert.ok(!message.includes('hun'), message)
  }
})

test('a key that stands twice is refused: JSON would keep the last and forget the first', () => {
  refuses(
    () => parseJson('{"pets":{"tom":{"legs":4,"a":["{"],"legs":3}}}', 'f.json'),
    'f.json: pets.tom.legs: stands twice; JSON would forget the first',
  )
  refuses(() => parseJson('{"a":1,"\\u0061":2}', 'f.json'), 'f.json: a: stands twice')
  assert.deepEqual(parseJson('{"a":{"a":"a\\":","b":[{"a":1},{"a":2}]},"b":{}}', 'f.json'), {
    a: { a: 'a":', b: [{ a: 1 }, { a: 2 }] },
    b: {},
  })
})

test('what stands under a name that schemas pass over is not lost without a word', () => {
  for (const name of ['__proto__', 'prototype', 'constructor'])
    refuses(
      () => check(schema, parseJson(`{"pets":{"${name}":{"name":"Tom"}}}`, 'f.json'), 'f.json'),
      `f.json: pets.${name}: nothing can have this name`,
    )
})

test('control characters of a file do not reach the terminal', () => {
  refuses(
    () => check(schema, parseJson('{"pets":{},"a\\n\\u001b[2J\\u009b":1}', 'f.json'), 'f.json'),
    'f.json: a\\n\\u001b[2J\\u009b: unknown key',
  )
})
