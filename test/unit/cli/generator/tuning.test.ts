import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cgroupFree, quotaCores } from '../../../../cli/generator/headroom.ts'
import { tuningOf } from '../../../../cli/generator/tuning.ts'

const GIB = 1024 ** 3

describe("how k6's runtime is set up", () => {
  it('puts garbage collection off where there is memory for it', () => {
    const { env, sentence } = tuningOf({ cores: 2, memory: 16 * GIB }, { vus: 200, sockets: 0 }, {})
    assert.deepEqual(env, { GOGC: 'off', GOMEMLIMIT: '1024MiB', GOMAXPROCS: '2' })
    assert.match(sentence, /GOGC=off GOMEMLIMIT=1024MiB/)
  })

  it('gives many VUs a higher limit', () => {
    assert.equal(tuningOf({ cores: 2, memory: 32 * GIB }, { vus: 5000, sockets: 0 }, {}).env.GOMEMLIMIT, '7800MiB')
  })

  it('never puts it off where the VUs alone come near the limit', () => {
    const { env, sentence } = tuningOf({ cores: 2, memory: GIB }, { vus: 2000, sockets: 0 }, {})
    assert.equal(env.GOGC, undefined)
    assert.match(sentence, /too little/)
  })

  it('does not put it off for WebSockets, which are no garbage', () => {
    const { env, sentence } = tuningOf({ cores: 2, memory: 32 * GIB }, { vus: 40, sockets: 10_000 }, {})
    assert.deepEqual(env, { GOGC: '30', GOMAXPROCS: '2' })
    assert.match(sentence, /GOGC=30 .*10000 WebSockets/)
  })

  it('leaves alone what the user has set', () => {
    for (const name of ['GOGC', 'GOMEMLIMIT', 'GOMAXPROCS']) {
      const { env, sentence } = tuningOf({ cores: 2, memory: 16 * GIB }, { vus: 200, sockets: 0 }, { [name]: '1' })
      assert.deepEqual(env, {})
      assert.ok(sentence.includes(`${name}=1`))
    }
  })

  it('never takes more than half of the free memory, and keeps twice what the VUs need', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 * 1024 }), fc.integer({ min: 0, max: 50_000 }), (mib, vus) => {
        const { env } = tuningOf({ cores: 4, memory: mib * 1024 ** 2 }, { vus, sockets: 0 }, {})
        const limit = Number(env.GOMEMLIMIT?.replace('MiB', ''))
        assert.ok(limit <= mib / 2)
        if (env.GOGC === 'off') assert.ok(limit >= 2 * (100 + vus / 2) - 1)
      }),
    )
  })
})

describe('what a container leaves', () => {
  it('reads quotas in fractions of a core', () => {
    assert.equal(quotaCores('50000 100000\n'), 0.5)
    assert.equal(quotaCores('max 100000\n'), undefined)
    assert.equal(quotaCores(undefined), undefined)
  })
  it('reads what memory is left below its limit', () => {
    assert.equal(cgroupFree('1000\n', '400\n'), 600)
    assert.equal(cgroupFree('max\n', '400\n'), undefined)
    assert.equal(cgroupFree(undefined, undefined), undefined)
  })
})
