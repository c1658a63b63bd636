import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDuration } from '../../../../lib/base/duration.ts'
import { fit, type Sizing, schedule, type Window, type WindowSpec } from '../../../../lib/windows/workload.ts'

const SIZING: Sizing = { stall: 2, vus: undefined, requestsPerIteration: 1, instances: 1, timeout: 5 }
const mix = { health: 2, resource: 5, action: 1, resources: 2 }

const open = (rate: number, more: Partial<WindowSpec> = {}): WindowSpec => ({
  name: 'base',
  duration: 10,
  mix,
  load: { model: 'open', rate },
  ...more,
})

function only(spec: WindowSpec, sizing: Partial<Sizing> = {}): Window {
  const [window, ...others] = schedule([spec], { ...SIZING, ...sizing })
  assert.ok(window && others.length === 0)
  return window
}

interface ArrivalRate {
  executor: string
  rate: number
  timeUnit: string
  duration: string
  preAllocatedVUs: number
  maxVUs: number
}
const arrival = (window: Window): ArrivalRate => {
  assert.equal(window.scenario.executor, 'constant-arrival-rate')
  return window.scenario as unknown as ArrivalRate
}
const iterationsPerSecond = (window: Window): number => arrival(window).rate / parseDuration(arrival(window).timeUnit)

test('windows come one after another, those of a group at the same time', () => {
  const windows = schedule(
    [
      open(1, { name: 'before', duration: 3 }),
      [open(1, { name: 'a', duration: 4 }), open(1, { name: 'b', duration: 7 })],
      open(1, { name: 'after', duration: 5 }),
    ],
    SIZING,
  )
  assert.deepEqual(
    windows.map(({ name, start }) => [name, start]),
    [
      ['before', 0],
      ['a', 3],
      ['b', 3],
      ['after', 10],
    ],
  )
  for (const { scenario, start } of windows) assert.equal(scenario.startTime, `${start * 1000}ms`)
})

test('a warm-up is over, its last requests too, when the window after it begins: k6 gives that one its VUs', () => {
  const settling = open(1, { name: 'settle', duration: 2, latency: 'settles' })
  const windows = schedule(
    [open(1, { name: 'warmup', duration: 3, latency: 'settles' }), open(1, { name: 'base' }), settling],
    SIZING,
  )
  assert.deepEqual(
    windows.map(({ name, start, gated }) => [name, start, gated]),
    [
      ['warmup', 0, false],
      ['base', 4, true],
      ['settle', 4 + (windows[1]?.duration ?? 0), false],
    ],
  )
  assert.deepEqual(
    windows.map(({ scenario }) => scenario.gracefulStop),
    ['900ms', windows[1]?.scenario.gracefulStop, windows[1]?.scenario.gracefulStop],
  )
  assert.equal(windows[1]?.scenario.gracefulStop, '6000ms')
  assert.deepEqual(
    windows.map(({ handsOver }) => handsOver),
    [true, undefined, undefined],
  )
})

test('a window of no length is left out and takes no time', () => {
  const windows = schedule(
    [open(1, { name: 'warmup', duration: 0 }), [open(1, { duration: 0 })], open(1, { name: 'main' })],
    SIZING,
  )
  assert.deepEqual(
    windows.map(({ name, start }) => [name, start]),
    [['main', 0]],
  )
})

test('every window starts where the longest of the group before it ends', () => {
  const length = fc.integer({ min: 0, max: 500 }).map((tenths) => tenths / 10)
  fc.assert(
    fc.property(fc.array(fc.array(length, { minLength: 1, maxLength: 3 }), { maxLength: 6 }), (groups) => {
      const specs = groups.map((group, g) => group.map((duration, i) => open(1, { name: `w${g}-${i}`, duration })))
      let start = 0
      const expected = groups.flatMap((group, g) => {
        const at = start
        start += Math.max(...group)
        return group.flatMap((duration, i) => (duration > 0 ? [[`w${g}-${i}`, at]] : []))
      })
      assert.deepEqual(
        schedule(specs, SIZING).map((window) => [window.name, window.start]),
        expected,
      )
    }),
  )
})

test('the last requests of a window get the time that a request may take', () => {
  assert.equal(only(open(1), { timeout: 5 }).scenario.gracefulStop, '6000ms')
})

test('k6 takes whole rates only: others are said over more seconds', () => {
  for (const [rate, whole, timeUnit] of [
    [100, 100, '1000ms'],
    [2.5, 5, '2000ms'],
    [0.1, 1, '10000ms'],
    [0.25, 1, '4000ms'],
    [0.01, 1, '100000ms'],
    [33.4, 167, '5000ms'],
    [10_000_000, 10_000_000, '1000ms'],
  ] as const) {
    const { rate: written, timeUnit: over } = arrival(only(open(rate)))
    assert.deepEqual([written, over], [whole, timeUnit], `${rate}/s`)
  }
})

test('a rate with two decimals is sent exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 50 }), (hundredths, requestsPerIteration) => {
      const window = only(open(hundredths / 100), { requestsPerIteration })
      assert.ok(Number.isInteger(arrival(window).rate))
      assert.ok(Math.abs(iterationsPerSecond(window) * requestsPerIteration * 100 - hundredths) < 1e-6)
    }),
  )
})

test('what is planned is what k6 is asked for, whatever the rate', () => {
  const rates = fc.double({ min: 0.01, max: 100_000, noNaN: true })
  fc.assert(
    fc.property(
      rates,
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 20 }),
      (rate, duration, requestsPerIteration) => {
        const window = only(open(rate, { duration }), { requestsPerIteration })
        const started = iterationsPerSecond(window) * duration
        assert.ok(
          Math.abs((window.iterations ?? -1) - started) <= 1 + started * 1e-9,
          `${window.iterations} planned, ${started} started`,
        )
        assert.ok((window.iterations ?? -1) <= started + 1e-6, 'more planned than asked for')
      },
    ),
  )
})

test('several requests an iteration: fewer iterations, as many requests', () => {
  const window = only(open(100), { requestsPerIteration: 10 })
  assert.equal(window.perIteration, 10)
  assert.equal(iterationsPerSecond(window), 10)
  assert.equal(window.iterations, 100)
  assert.deepEqual(window.planned, { health: 200, resource: 500, action: 100, resources: 200 })
})

test('an exec of its own sends what it sends: one iteration is one of its turns', () => {
  const window = only(open(100, { exec: 'mine' }), { requestsPerIteration: 10 })
  assert.equal(window.perIteration, 1)
  assert.equal(window.scenario.exec, 'mine')
  assert.equal(only(open(1)).scenario.exec, 'run')
})

test('planned requests by endpoint add up to those of the window', () => {
  const window = only(open(100))
  assert.equal(window.iterations, 1000)
  assert.deepEqual(window.planned, { health: 200, resource: 500, action: 100, resources: 200 })
  assert.equal(only(open(0.1)).iterations, 1)
})

test('however many instances share a window, what is planned is the whole', () => {
  for (const instances of [1, 3, 4]) {
    const window = only(open(100), { instances })
    assert.equal(window.iterations, 1000)
    assert.deepEqual(window.planned, { health: 200, resource: 500, action: 100, resources: 200 })
    assert.equal(arrival(window).rate, 100, 'k6 itself splits the rate')
  }
})

test('VUs are pre-allocated for the rate times the worst stall, and none is made while the load runs', () => {
  for (const [rate, sizing, vus] of [
    [100, { stall: 2 }, 200],
    [1000, { stall: 0.25 }, 250],
    [100, { stall: 2, requestsPerIteration: 10 }, 20],
    [1, { stall: 2 }, 10],
    [1000, { stall: 0 }, 10],
    [100, { stall: 2, vus: 3 }, 3],
    [33.4, { stall: 1 }, 34],
  ] as const) {
    const { preAllocatedVUs, maxVUs } = arrival(only(open(rate), sizing))
    assert.deepEqual([preAllocatedVUs, maxVUs], [vus, vus], `${rate}/s ${JSON.stringify(sizing)}`)
  }
})

test('VUs can be split evenly, since k6 splits the rate as it splits them', () => {
  for (const [rate, instances, vus] of [
    [1, 3, 12],
    [100, 3, 201],
    [100, 4, 200],
  ] as const)
    assert.equal(arrival(only(open(rate), { instances })).preAllocatedVUs, vus)
  assert.equal(arrival(only(open(1), { instances: 4, vus: 10 })).preAllocatedVUs, 12)
})

test('the closed model has users and think time, and plans nothing', () => {
  const window = only(
    { name: 'users', duration: 10, mix, load: { model: 'closed', users: 25, think: 0.5 } },
    { requestsPerIteration: 10 },
  )
  assert.equal(window.model, 'closed')
  assert.equal(window.think, 0.5)
  assert.equal(window.perIteration, 1)
  assert.equal(window.planned, undefined)
  assert.equal(window.iterations, undefined)
  assert.deepEqual(window.scenario, {
    executor: 'constant-vus',
    vus: 25,
    duration: '10000ms',
    exec: 'run',
    startTime: '0ms',
    gracefulStop: '6000ms',
  })
})

test('users who do not pause send several requests an iteration, and have time to end it', () => {
  const closed = (think: number, exec?: string) =>
    only({
      name: 'users',
      duration: 10,
      mix,
      ...(exec === undefined ? {} : { exec }),
      load: { model: 'closed', users: 2, think },
    })
  assert.equal(closed(0).perIteration, 10)
  assert.equal(closed(0).scenario.gracefulStop, '51000ms')
  assert.equal(closed(0.1).perIteration, 1)
  assert.equal(closed(0, 'mine').perIteration, 1)
})

test('a window of single requests has one VU in each instance and plans each request', () => {
  const once: WindowSpec = { name: 'once', duration: 30, mix: { health: 1, metrics: 1 }, load: { model: 'once', iterations: 2 } }
  for (const instances of [1, 3]) {
    const window = only(once, { instances })
    assert.deepEqual(window.planned, { health: instances, metrics: instances })
    const { executor, vus, iterations, maxDuration } = window.scenario as unknown as Record<string, unknown>
    assert.deepEqual([executor, vus, iterations, maxDuration], ['per-vu-iterations', instances, 2, '30000ms'])
  }
})

test('iterations of an exec of its own are dealt out as the script says, and get their place in time', () => {
  const [, window] = schedule(
    [
      open(1),
      {
        name: 'held',
        duration: 20,
        exec: 'hold',
        endpoints: ['websocket'],
        load: { model: 'own', executor: 'per-vu-iterations', vus: 3, iterations: 1, planned: { websocket: 3 } },
      },
    ],
    SIZING,
  )
  assert.ok(window)
  assert.deepEqual(window.scenario, {
    executor: 'per-vu-iterations',
    vus: 3,
    iterations: 1,
    maxDuration: '20000ms',
    exec: 'hold',
    startTime: '10000ms',
    gracefulStop: '6000ms',
  })
  assert.deepEqual(window.endpoints, ['websocket'])
  assert.deepEqual(window.planned, { websocket: 3 })
})

test('endpoints that the target lacks are taken out of a mix', () => {
  const has = (name: string) => name !== 'action' && name !== 'resources'
  assert.deepEqual(fit(open(1), has)?.mix, { health: 2, resource: 5 })
  assert.deepEqual(
    fit(open(1), () => true),
    open(1),
  )
  assert.equal(
    fit(open(1), () => false),
    undefined,
  )
})

test('a window with endpoints of its own goes when the target has none of them', () => {
  const spec: WindowSpec = { name: 'held', duration: 1, endpoints: ['websocket', 'events'], load: { model: 'open', rate: 1 } }
  assert.deepEqual(fit(spec, (name) => name === 'events')?.endpoints, ['events'])
  assert.equal(
    fit(spec, () => false),
    undefined,
  )
  const { endpoints: _, ...none } = spec
  assert.deepEqual(
    fit(none, () => false),
    none,
    'a window that sends to no endpoint stays',
  )
})

test('endpoints said next to a mix are taken out too', () => {
  const spec = open(1, { endpoints: ['health', 'action'] })
  assert.deepEqual(fit(spec, (name) => name !== 'action')?.endpoints, ['health'])
})

test('a paced window is one VU an instance, which sends the whole rate', () => {
  const paced = open(0, { exec: 'probe', load: { model: 'paced', rate: 20 } })
  const one = only(paced)
  assert.equal(one.period, 0.05)
  assert.deepEqual(one.planned, { health: 40, resource: 100, action: 20, resources: 40 })
  assert.deepEqual(
    { ...one.scenario, startTime: '', gracefulStop: '' },
    {
      executor: 'per-vu-iterations',
      exec: 'probe',
      vus: 1,
      iterations: 1,
      maxDuration: '10000ms',
      startTime: '',
      gracefulStop: '',
    },
  )
  const three = only(paced, { instances: 3 })
  assert.equal((three.scenario as { vus?: number }).vus, 3)
  assert.deepEqual(three.planned, Object.fromEntries(Object.entries(one.planned ?? {}).map(([name, n]) => [name, 3 * n])))
  assert.deepEqual(only({ name: 'watch', duration: 10, endpoints: ['metrics'], load: { model: 'paced', rate: 1 } }).planned, {
    metrics: 10,
  })
})

test('a window throughout lasts as long as all others together', () => {
  const throughout = (duration: number): WindowSpec[] => [
    { name: 'watch', duration, endpoints: ['metrics'], load: { model: 'paced', rate: 1 } },
  ]
  const windows = schedule([open(1, { duration: 3 }), [open(1, { duration: 10 }), open(1, { duration: 4 })]], SIZING, throughout)
  const watch = windows.at(-1)
  assert.deepEqual([watch?.name, watch?.start, watch?.duration], ['watch', 0, 13])
})

test('a limiter admits what it does not count and its share of the rest', () => {
  const limiter = { rps: 100, exempt: ['health'] }
  assert.equal(only(open(500, { limiter })).admitted, 1000 + 1000)
  assert.equal(only(open(500, { limiter }), { instances: 2 }).admitted, 1000 + 1000)
  assert.equal(only(open(100, { limiter })).admitted, undefined, 'below its limit it lets all through')
  assert.equal(only(open(500)).admitted, undefined)
})

test('a sequence is sent whole by every iteration, whatever was asked of iterations', () => {
  const sequence = ['agent_register', 'agent_ping', 'agent_ping', 'agent_unregister']
  const { mix: _, ...spec } = open(40)
  const window = only({ ...spec, sequence }, { requestsPerIteration: 10 })
  assert.deepEqual(window.order, sequence)
  assert.deepEqual(window.endpoints, ['agent_register', 'agent_ping', 'agent_unregister'])
  assert.equal(window.perIteration, 4)
  assert.equal(iterationsPerSecond(window), 10)
  assert.deepEqual(window.planned, { agent_register: 100, agent_ping: 200, agent_unregister: 100 })
  assert.deepEqual(fit({ ...spec, sequence }, (name) => name !== 'agent_ping')?.sequence, ['agent_register', 'agent_unregister'])
  assert.equal(
    fit({ ...spec, sequence }, () => false),
    undefined,
  )
})

interface Ramp {
  executor: string
  stages: { target: number; duration: string }[]
}

test('bursts send all of some seconds within one, and nothing in between', () => {
  const window = only(open(20, { duration: 16, load: { model: 'bursts', rate: 20, every: 5 } }))
  const { executor, stages } = window.scenario as unknown as Ramp
  assert.equal(executor, 'ramping-arrival-rate')
  assert.equal(window.iterations, 300, 'three bursts of 100')
  let sent = 0
  let seconds = 0
  for (const { target, duration } of stages) {
    sent += target * parseDuration(duration)
    seconds += parseDuration(duration)
  }
  assert.equal(sent, 300)
  assert.equal(seconds, 15)
  assert.deepEqual(window.planned, { health: 60, resource: 150, action: 30, resources: 60 })
})

test('what is paced is sent by one VU of each instance, whole', () => {
  const spec: WindowSpec = {
    name: 'probe',
    duration: 30,
    exec: 'probe',
    endpoints: ['health'],
    load: { model: 'paced', rate: 20 },
  }
  for (const instances of [1, 4]) {
    const window = only(spec, { instances })
    assert.deepEqual(window.planned, { health: 600 * instances })
    assert.equal(window.period, 0.05)
    const { executor, vus, iterations } = window.scenario as unknown as Record<string, unknown>
    assert.deepEqual([executor, vus, iterations], ['per-vu-iterations', instances, 1])
  }
})

test('of what is planned over the limit of a limiter, it is known how much that lets through', () => {
  const limiter = { rps: 50, exempt: ['health'] }
  const over = only(open(100, { limiter }))
  assert.equal(over.admitted, 200 + 500, 'a fifth of the mix is exempt')
  assert.equal(only(open(100, { limiter }), { instances: 2 }).admitted, 200 + 500)
  assert.equal(only(open(62.5, { limiter })).admitted, undefined, 'it lets all of it through, to the last one')
  assert.equal(only(open(100, { limiter: { rps: 10, exempt: [] } }), { instances: 3 }).admitted, 100)
  assert.equal(only(open(100)).admitted, undefined)
})

test('a window throughout lasts as long as all the others together', () => {
  const seen: number[] = []
  const windows = schedule(
    [open(1, { name: 'a', duration: 3 }), [open(1, { name: 'b', duration: 4 }), open(1, { name: 'c', duration: 2 })]],
    SIZING,
    (duration) => {
      seen.push(duration)
      return [open(1, { name: 'watch', duration })]
    },
  )
  assert.deepEqual(seen, [7])
  const watch = windows.at(-1)
  assert.deepEqual([watch?.name, watch?.start, watch?.duration], ['watch', 0, 7])
})

test('a window may be held to the limits of another', () => {
  assert.equal(only(open(1)).limits, 'base')
  assert.equal(only(open(1, { name: 'spike_2', limits: 'spike' })).limits, 'spike')
})
