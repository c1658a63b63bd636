import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Check, examine, type Load } from '../../../../cli/capacity/doctor/checks.ts'
import { doctor, lines } from '../../../../cli/capacity/doctor/doctor.ts'
import { ahead, type Facts, gatherFacts } from '../../../../cli/capacity/doctor/facts.ts'
import { folderOf, madeUpProject, put, quietTerminal } from '../made-up-project.ts'
import { runPlan } from '../run-plan.ts'

const GB = 1024 ** 3
const machine: Facts = {
  platform: 'linux',
  openFiles: 100_000,
  portRange: [1024, 65_535],
  twReuse: 1,
  somaxconn: 4096,
  cores: 8,
  memoryTotal: 16 * GB,
  memoryFree: 12 * GB,
  k6: { path: '/usr/bin/k6', version: '1.8.1' },
  clockSource: 'tsc',
  clockDrift: 0.3,
  diskFree: 50 * GB,
}
const load: Load = { rate: 500, vus: 1000, connections: 0 }
const look = (facts: Partial<Facts>, wanted: Partial<Load> = {}): Check[] =>
  examine({ ...machine, ...facts }, { ...load, ...wanted })

test('a good machine has nothing to change', () => {
  for (const { level, command, name } of look({})) assert.deepEqual([level, command], ['ok', undefined], name)
})

for (const [name, facts, wanted, level, command] of [
  ['open files', { openFiles: 1024 }, {}, 'bad', /^sudo prlimit --pid \$\$ --nofile=2400:2400/],
  ['open files', { openFiles: 1024, platform: 'darwin' }, {}, 'bad', /^sudo launchctl limit maxfiles/],
  ['open files', { openFiles: 10_000 }, { connections: 10_000 }, 'bad', /--nofile=22400:22400/],
  ['open files', { openFiles: Number.POSITIVE_INFINITY }, { connections: 1_000_000 }, 'ok', undefined],
  ['open files', { openFiles: undefined }, {}, 'warn', /ulimit/],
  ['local ports', { portRange: [32_768, 60_999] }, { connections: 30_000 }, 'bad', /ip_local_port_range/],
  ['local ports', { portRange: [32_768, 60_999] }, { connections: 20_000 }, 'warn', /ip_local_port_range/],
  ['port reuse', { twReuse: 0 }, {}, 'warn', /tcp_tw_reuse=1/],
  ['port reuse', { twReuse: 2 }, {}, 'ok', undefined],
  ['listen backlog', { somaxconn: 128 }, {}, 'warn', /somaxconn=4096/],
  ['cores', { cores: 1 }, {}, 'warn', undefined],
  ['cores', { cores: 2 }, { rate: 20_000 }, 'bad', undefined],
  ['cores', { cores: 4 }, { rate: 15_000 }, 'warn', undefined],
  ['memory', { memoryFree: GB / 2 }, {}, 'bad', undefined],
  ['memory', { memoryFree: 0.7 * GB }, {}, 'warn', undefined],
  ['memory', {}, { vus: 100, connections: 10_000 }, 'ok', undefined],
  ['memory', { memoryFree: 1.2 * GB }, { vus: 100, connections: 10_000, socketBytes: 64 * 1024 }, 'ok', undefined],
  ['calibration', {}, { calibrated: { rate: 800, script: 'http' } }, 'ok', undefined],
  ['calibration', {}, { calibrated: { rate: 600, script: 'http' } }, 'warn', undefined],
  ['calibration', {}, { calibrated: { rate: 400, script: 'http' } }, 'bad', undefined],
  ['k6', { k6: undefined }, {}, 'warn', /loadgate k6/],
  ['clock', { clockDrift: -500 }, {}, 'bad', /timedatectl/],
  ['clock source', { clockSource: 'hpet' }, {}, 'warn', /available_clocksource/],
  ['disk', { diskFree: 1024 }, {}, 'bad', /df/],
] as const)
  test(`${name}: ${JSON.stringify({ ...facts, ...wanted })} is ${level}`, () => {
    const found = look(facts, wanted).find((check) => check.name === name)
    assert.equal(found?.level, level)
    if (command === undefined) assert.equal(found?.command, undefined)
    else assert.match(found?.command ?? '', command)
    assert.notEqual(found?.meaning, '')
  })

test('what a system does not have is not checked', () => {
  const names = look({
    portRange: undefined,
    twReuse: undefined,
    somaxconn: undefined,
    clockSource: undefined,
    diskFree: undefined,
  }).map(({ name }) => name)
  assert.deepEqual(names, ['open files', 'cores', 'memory', 'k6', 'clock'])
})

test('a line has level, name, figure and meaning, and the command below it', () => {
  const [line, command] = lines(look({ openFiles: 1024 }), false)
  assert.equal(line, 'bad   open files      1,024; this load needs 1,200')
  assert.match(command ?? '', /^ +\$ sudo prlimit/)
})

test('who loses the core between two readings of the clocks sees no jump of them', () => {
  let [now, readings] = [1000, 0]
  // Every reading but those of the third pair is followed by 40 ms without a core.
  const read = (): number => {
    readings += 1
    now += readings >= 7 && readings <= 9 ? 0 : 40
    return now
  }
  assert.equal(
    ahead(() => read() + 5, read),
    5,
  )
})

test('the facts of this machine can be gathered', async () => {
  const facts = await gatherFacts(undefined, '.')
  assert.ok(facts.cores >= 1 && facts.memoryFree > 0 && Math.abs(facts.clockDrift) < 60_000)
  if (facts.platform === 'linux') assert.ok((facts.openFiles ?? 0) > 0 && facts.portRange !== undefined)
})

test('doctor asks k6 what a script plans, and its exit code says whether this machine can send it', async (t) => {
  const folder = folderOf(t)
  const scenarios = (rate: number) => JSON.stringify({ ext: { loadgate: runPlan({ rate, vus: rate }) } })
  const k6 = put(
    `${folder}/k6`,
    `#!/bin/sh\n[ "$1" = version ] && echo 'k6 v1.8.1 (go1, x)' && exit\n[ "$RATE" = 5 ] && echo '${scenarios(5)}' || echo '${scenarios(1e9)}'\n`,
    0o755,
  )
  const project = madeUpProject(t)
  const env = { PATH: process.env.PATH, K6_BIN: k6 }
  const small = quietTerminal()
  assert.equal(await doctor(project, 'burst', { rate: '5' }, small.terminal, env), 0, small.printed.join('\n'))
  assert.equal(small.printed[0], 'For burst of 5 requests/s and 5 VUs:')
  const fifth = quietTerminal()
  assert.equal(await doctor(project, 'burst', { rate: '5', instances: '5' }, fifth.terminal, env), 0)
  assert.equal(fifth.printed[0], 'For one of 5 instances of burst of 1 requests/s and 1 VUs:')
  const large = quietTerminal()
  assert.equal(await doctor(project, 'burst', {}, large.terminal, env), 1)
  assert.match(large.printed.at(-1) ?? '', /cannot send that load/)
})

test('sockets and streams that a script holds are part of its load, whether CONNECTIONS was given or not', async (t) => {
  const planned = JSON.stringify({ ext: { loadgate: runPlan({ vus: 20, sockets: 10_000, streams: 20 }) } })
  const k6 = put(
    `${folderOf(t)}/k6`,
    `#!/bin/sh\n[ "$1" = version ] && echo 'k6 v1.8.1 (go1, x)' && exit\necho '${planned}'\n`,
    0o755,
  )
  const { terminal, printed } = quietTerminal()
  await doctor(madeUpProject(t), 'burst', {}, terminal, { PATH: process.env.PATH, K6_BIN: k6 })
  assert.equal(printed[0], 'For burst of 20 VUs and 10,020 connections:')
  assert.match(printed.join('\n'), /open files .*; this load needs 10,240/)
})

test('settings that the script refuses are a usage error of doctor, too', async (t) => {
  const log = '{"level":"error","msg":"UsageError: setting RATE: too low\\\\n\\\\tat x"}'
  const k6 = put(
    `${folderOf(t)}/k6`,
    `#!/bin/sh\n[ "$1" = version ] && echo 'k6 v1.8.1 (go1, x)' && exit\necho '${log}' >&2; exit 107\n`,
    0o755,
  )
  const env = { PATH: process.env.PATH, K6_BIN: k6 }
  await assert.rejects(
    doctor(madeUpProject(t), 'burst', {}, quietTerminal().terminal, env),
    /^UsageError: setting RATE: too low$/,
  )
})
