import assert from 'node:assert/strict'
import { after, before as beforeAll, test } from 'node:test'
import { CONTRACT_NAMES, REFUSAL_NAMES, SOCKETS, STREAMS } from '../../lib/endpoints/names.ts'
import { A2A, JSONRPC } from '../../lib/endpoints/own-names.ts'
import { allDescriptors } from './descriptors.ts'
import { LIVES } from './lives.ts'
import { openReference, type Reference } from './reference.ts'

const descriptors = await allDescriptors()
let gateway: Reference
beforeAll(async () => {
  gateway = await openReference()
})
after(() => gateway.close())

test('every HTTP endpoint of the contract has a descriptor here', () => {
  // Places of methods, and what is no request and answer, have contract tests of their own.
  const others = [JSONRPC, A2A, ...Object.keys(SOCKETS), ...Object.keys(STREAMS)]
  const names = [...CONTRACT_NAMES, ...REFUSAL_NAMES].filter((name) => !others.includes(name))
  assert.deepEqual([...descriptors.keys()].sort(), names.sort())
})

const lone = [...descriptors.keys()].filter((name) => !LIVES.flat().includes(name))

for (const name of lone)
  test(`the gateway answers ${name} rightly, every request of it, again and again`, async () => {
    const endpoint = descriptors.get(name) ?? assert.fail()
    const vu = await gateway.vu()
    if (endpoint.token === 'expired') await untilExpired(vu.expired)
    const turns = 2 * Math.max(3, vu.count(endpoint))
    for (let turn = 0; turn < turns; turn++) assert.equal(await vu.ask(endpoint), undefined)
  })

/** The gateway tells when a token's time is over. */
async function untilExpired(token: string): Promise<void> {
  const deadline = performance.now() + 5000
  while ((await gateway.statusOf(token)) !== 401) assert.ok(performance.now() < deadline, 'a token of one second is still good')
}

for (const life of LIVES)
  test(`the gateway answers the life of ${life.join(', ')} rightly, again and again`, async () => {
    const vu = await gateway.vu()
    for (let round = 0; round < 3; round++)
      for (const name of life) {
        const outcome = await vu.ask(descriptors.get(name) ?? assert.fail(`no descriptor ${name}`))
        assert.equal(outcome, undefined, `${name}: ${outcome === null ? 'nothing to ask' : outcome}`)
      }
  })

test('what a life asks for is answered rightly outside of it too, where there is anything to ask', async () => {
  let asked = 0
  for (const name of new Set(LIVES.flat())) {
    const vu = await gateway.vu()
    for (let turn = 0; turn < 3; turn++) {
      const outcome = await vu.ask(descriptors.get(name) ?? assert.fail())
      if (outcome !== null) assert.equal(outcome, undefined, name)
      if (outcome === undefined) asked++
    }
  }
  assert.ok(asked > 15, `${asked} requests`)
})
