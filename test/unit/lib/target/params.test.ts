import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fill, inWordsOf, wantedBy } from '../../../../lib/target/params.ts'

const USUAL = { agent_id: 'a-1', name: 'An agent', capabilities: ['x', 'y'], limit: 10 }

test('a placeholder alone takes the value as it is, one in a text its words', () => {
  assert.deepEqual(fill({ id: '{agent_id}', n: '{limit}', all: '{capabilities}', url: 'http://h/{agent_id}?n={limit}' }, USUAL), {
    id: 'a-1',
    n: 10,
    all: ['x', 'y'],
    url: 'http://h/a-1?n=10',
  })
})

test('an item of a list with {…[]} stands for as many as there are', () => {
  const template = { of: [{ name: '{capabilities[]}', by: '{agent_id}' }], first: ['{agent_id}', 'b'] }
  assert.deepEqual(fill(template, USUAL), {
    of: [
      { name: 'x', by: 'a-1' },
      { name: 'y', by: 'a-1' },
    ],
    first: ['a-1', 'b'],
  })
  assert.deepEqual(fill(['{capabilities[]}'], { capabilities: [] }), [])
})

test('the names that a template wants are found wherever they stand', () => {
  assert.deepEqual(wantedBy({ a: '{x}', b: [{ c: 'at {y}/{z[]}' }] }), ['x', 'y', 'z'])
})

test('a body keeps its id and its method', () => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: '1-2', method: 'agent.ping', params: { agent_id: 'a' } })
  assert.deepEqual(JSON.parse(inWordsOf({ who: '{agent_id}' }, body)), {
    jsonrpc: '2.0',
    id: '1-2',
    method: 'agent.ping',
    params: { who: 'a' },
  })
})

test('a template without placeholders comes out as it is, and no values are read as templates', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (template, value) => {
      fc.pre(!JSON.stringify(template).includes('{'.concat('agent')))
      const plain = JSON.parse(JSON.stringify(template).replaceAll(/\{(\w+)(\[\])?\}/g, ''))
      assert.deepEqual(JSON.parse(JSON.stringify(fill(plain, { agent_id: value })) ?? 'null'), plain)
      assert.deepEqual(fill({ id: '{agent_id}', list: ['{agent_id}'] }, { agent_id: value }), { id: value, list: [value] })
    }),
  )
})
