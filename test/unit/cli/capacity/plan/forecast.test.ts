import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { gatewaySetup, generatorSetup } from '../../../../../cli/capacity/plan/commands.ts'
import { forecast, type Maximum, type Planned, requestsOf, resourcesOf } from '../../../../../cli/capacity/plan/forecast.ts'
import { forecastJson, forecastLines } from '../../../../../cli/capacity/plan/text.ts'

const planned: Planned = { rate: 60_000, requests: 600_000, vus: 6000, connections: 0 }
const maximum: Maximum = { rate: 20_000, cores: 4, from: '--per-generator' }

test('as many generators as the rate takes with headroom for a bad moment', () => {
  const found = forecast(planned, maximum)
  assert.deepEqual([found.needed, found.generators, found.atMost, found.limited], [5, 5, 14_000, false])
  assert.deepEqual(
    [found.each.rate, found.each.vus, found.each.requests, found.each.cores, found.each.openFiles],
    [12_000, 1200, 120_000, 4, 1400],
  )
  assert.match(forecastLines('http', found).join('\n'), /^5 generators: each sends up to 14,000\/s/m)
})

test('a load that one has room for', () => {
  assert.equal(forecastLines('http', forecast({ ...planned, rate: 100 }, maximum))[1], '1 generator: one has room for it')
})

test('too few are generator-limited, with what would do', () => {
  const found = forecast(planned, maximum, 3)
  assert.deepEqual([found.limited, found.together, found.needed, found.maximumNeeded], [true, 42_000, 5, 28_572])
  assert.equal(
    forecastLines('http', found)[1],
    'generator-limited at 3 x 14,000/s = 42,000/s: 60,000/s take 5 generators of this kind, or 3 that send 28,572/s each at the most',
  )
})

test('what is held takes ports, whatever the rate', () => {
  const held = { rate: 0, requests: 0, vus: 100, connections: 200_000 }
  const found = forecast(held, { ...maximum, socketBytes: 64 * 1024 })
  assert.deepEqual([found.needed, found.because, found.each.ports], [4, 'ports', 50_025])
  assert.deepEqual(
    generatorSetup(found).map(({ name }) => name),
    ['open files', 'local ports'],
  )
  assert.match(forecastLines('websocket', forecast(held, maximum, 2))[1] ?? '', /^generator-limited at 2 x 64,512 ports/)
})

test('requests are the area below the offered rate', () => {
  assert.equal(requestsOf([]), 0)
  assert.equal(
    requestsOf([
      [0, 100],
      [10, 100],
    ]),
    1000,
  )
  assert.equal(
    requestsOf([
      [5, 0],
      [15, 100],
      [25, 100],
    ]),
    1500,
  )
})

test('memory has the samples in it: a longer run takes more', () => {
  const short = forecast(planned, maximum).each.memory
  const long = forecast({ ...planned, requests: planned.requests * 60 }, maximum).each.memory
  assert.ok(long > short + 4 * 1024 ** 3, `${short} and ${long}`)
  const resources = resourcesOf({ cores: 4, memory: long })
  assert.deepEqual(resources.requests, resources.limits)
  assert.match(resources.requests.memory, /^\d+Mi$/)
  // Next to nothing takes a quarter of a core, and may have a whole one at times.
  const small = resourcesOf(forecast({ ...planned, rate: 10 }, maximum).each)
  assert.deepEqual([small.requests.cpu, small.limits.cpu], ['250m', '1'])
})

test('what is planned is never limited, and one generator fewer always is', () => {
  const load = fc.record({
    rate: fc.double({ min: 0.1, max: 1e6, noNaN: true }),
    requests: fc.nat(1e7),
    vus: fc.nat(100_000),
    connections: fc.nat(100_000),
  })
  const one = fc.record({
    rate: fc.integer({ min: 10, max: 100_000 }),
    cores: fc.integer({ min: 1, max: 64 }),
    from: fc.constant('x'),
  })
  fc.assert(
    fc.property(load, one, (planned, maximum) => {
      const found = forecast(planned, maximum)
      assert.equal(found.limited, false)
      assert.ok(found.each.cores <= maximum.cores, `${found.each.cores} of ${maximum.cores}`)
      if (found.because === 'rate') assert.ok(found.each.rate <= found.atMost + 1e-6)
      if (found.needed > 1) assert.equal(forecast(planned, maximum, found.needed - 1).limited, true)
    }),
  )
})

test('the gateway is set up for all generators together', () => {
  const commands = gatewaySetup(forecast({ ...planned, connections: 4000 }, maximum)).map(({ command }) => command)
  assert.deepEqual(commands, [
    'nproc',
    'sudo sysctl -w net.core.somaxconn=16384 net.ipv4.tcp_max_syn_backlog=16384',
    'sudo prlimit --pid "$(pgrep -o gateway)" --nofile=21024:21024   # its name in place of gateway',
    'sudo sysctl -w net.netfilter.nf_conntrack_max=65536',
  ])
})

test('a program reads the same', () => {
  const found = JSON.parse(JSON.stringify(forecastJson('http', forecast(planned, maximum, 3))))
  assert.deepEqual(
    [found.schema, found.generator_limited, found.generators, found.needed, found.settings.INSTANCES, found.resources.limits.cpu],
    ['loadgate.forecast/1', true, 3, 5, '3', '6'],
  )
})
