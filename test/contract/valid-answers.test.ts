import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { A2A } from '../../lib/a2a/method.ts'
import * as benchmarks from '../../lib/benchmarks/endpoints.ts'
import type { AnyEndpoint } from '../../lib/endpoint/endpoint.ts'
import { JSONRPC } from '../../lib/jsonrpc/method.ts'
import { CONTRACT_NAMES, REFUSAL_NAMES, SOCKETS, STREAMS } from '../../lib/target/contract.ts'
import { allDescriptors } from './descriptors.ts'
import { openGateway } from './gateway.ts'
import { PATIENCE_MS } from './http-client.ts'
import { LIVES } from './lives.ts'

const descriptors = await allDescriptors()
const named = (name: string): AnyEndpoint => descriptors.get(name) ?? assert.fail(`no descriptor ${name}`)
const inALife = LIVES.flat()

test('every descriptor is one that scripts can import and target files can name, one of a script alone, or a refusal', () => {
  // Places of methods, and what is no request and answer, have contract tests of their own.
  const others = [JSONRPC, A2A, ...Object.keys(SOCKETS), ...Object.keys(STREAMS)]
  const ofOneScript = Object.values(benchmarks).flatMap((value) => ('at' in value ? [value.name] : []))
  const names = [...CONTRACT_NAMES, ...REFUSAL_NAMES, ...ofOneScript].filter((name) => !others.includes(name))
  assert.deepEqual([...descriptors.keys()].sort(), names.sort())
})

for (const profile of ['reference', 'agentcore'] as const) {
  const gateway = await openGateway(profile)
  after(() => gateway.close())
  const { has } = gateway.target

  /** The gateway tells when a token's time is over. */
  const untilExpired = async (token: string): Promise<void> => {
    const deadline = performance.now() + PATIENCE_MS
    while ((await gateway.statusOf(token)) !== 401) assert.ok(performance.now() < deadline, 'a token of one second is still good')
  }

  for (const name of [...descriptors.keys()].filter((each) => has(each) && !inALife.includes(each)))
    test(`${profile}: ${name} is answered correctly, every request of it, again and again`, async () => {
      const endpoint = named(name)
      const vu = await gateway.vu()
      if (endpoint.token === 'expired') await untilExpired(vu.expired)
      const turns = 2 * Math.max(3, vu.count(endpoint))
      for (let turn = 0; turn < turns; turn++) assert.equal(await vu.ask(endpoint), undefined)
    })

  for (const life of LIVES.filter((names) => names.every(has)))
    test(`${profile}: the life of ${life.join(', ')} is answered correctly, again and again`, async () => {
      const vu = await gateway.vu()
      for (let round = 0; round < 3; round++)
        for (const name of life) {
          const outcome = await vu.ask(named(name))
          assert.equal(outcome, undefined, `${name}: ${outcome === null ? 'nothing to ask' : outcome}`)
        }
    })

  test(`${profile}: what a life asks for is answered correctly outside of it too, where there is anything to ask`, async () => {
    let asked = 0
    for (const name of new Set(inALife.filter(has))) {
      const vu = await gateway.vu()
      for (let turn = 0; turn < 3; turn++) {
        const outcome = await vu.ask(named(name))
        if (outcome !== null) assert.equal(outcome, undefined, name)
        if (outcome === undefined) asked++
      }
    }
    assert.ok(asked > 10, `${asked} requests`)
  })
}
