/** Whether a machine can send a load, and what to change when it cannot. Pure. */

import { type Held, needsOf, RATE_A_CORE } from '../../generator/needs.ts'
import { HEADROOM } from '../headroom.ts'
import type { Facts } from './facts.ts'

/** What is meant to be sent. */
export interface Load extends Held {
  /** Requests per second at the highest. */
  rate: number
  /** What a calibration has found this machine to send. */
  calibrated?: { rate: number; script: string } | undefined
}

export interface Check {
  name: string
  level: 'ok' | 'warn' | 'bad'
  found: string
  /** What it means for this load. */
  meaning: string
  /** The command that changes it. */
  command?: string
}

const DISK_BYTES = 20 * 1024 * 1024

const number = (value: number): string =>
  Number.isFinite(value) ? value.toLocaleString('en-US', { maximumFractionDigits: 0 }) : 'no limit'
const megabytes = (bytes: number): string => `${number(bytes / 1024 / 1024)} MB`
const check = (name: string, level: Check['level'], found: string, meaning: string, command?: string): Check => ({
  name,
  level,
  found,
  meaning,
  ...(level === 'ok' || command === undefined ? {} : { command }),
})

function files({ openFiles, platform }: Facts, load: Load): Check {
  const needed = needsOf(load).openFiles
  if (openFiles === undefined) return check('open files', 'warn', 'unknown', `this load needs ${number(needed)}`, 'ulimit -Hn')
  const command =
    platform === 'darwin'
      ? `sudo launchctl limit maxfiles ${needed * 2} ${needed * 2}`
      : `sudo prlimit --pid $$ --nofile=${needed * 2}:${needed * 2}   # this shell; for good: /etc/security/limits.conf`
  return check('open files', openFiles >= needed ? 'ok' : 'bad', number(openFiles), `this load needs ${number(needed)}`, command)
}

function ports({ portRange }: Facts, load: Load): Check[] {
  if (portRange === undefined) return []
  const [from, to] = portRange
  const [have, needed] = [to - from + 1, needsOf(load).ports]
  // Closed connections keep their port for a minute.
  const level = have < needed ? 'bad' : have < needed * 1.5 ? 'warn' : 'ok'
  const meaning = `this load holds ${number(needed)} connections to one address`
  return [
    check(
      'local ports',
      level,
      `${number(have)} (${from} to ${to})`,
      meaning,
      'sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535"',
    ),
  ]
}

function reuse({ twReuse }: Facts): Check[] {
  if (twReuse === undefined) return []
  const found = ['off', 'on', 'on for loopback'][twReuse] ?? String(twReuse)
  const meaning =
    twReuse === 0 ? 'ports of closed connections stay taken for a minute' : 'ports of closed connections can be used again'
  return [check('port reuse', twReuse === 0 ? 'warn' : 'ok', found, meaning, 'sudo sysctl -w net.ipv4.tcp_tw_reuse=1')]
}

function backlog({ somaxconn }: Facts, load: Load): Check[] {
  if (somaxconn === undefined) return []
  const needed = Math.min(4096, Math.max(128, needsOf(load).ports))
  const meaning = 'connections that may wait when a gateway on this machine is opened to all at once'
  return [
    check(
      'listen backlog',
      somaxconn >= needed ? 'ok' : 'warn',
      number(somaxconn),
      meaning,
      `sudo sysctl -w net.core.somaxconn=4096`,
    ),
  ]
}

function cores({ cores }: Facts, { rate }: Load): Check {
  const can = cores * RATE_A_CORE
  const level = rate > can ? 'bad' : rate > can / 2 || cores < 2 ? 'warn' : 'ok'
  const meaning =
    level === 'ok'
      ? rate > 0
        ? `enough for ${number(rate)} requests/s`
        : 'this load plans no rate of requests'
      : cores < 2
        ? "k6 and the embedded gateway get in each other's way on one core: test a gateway elsewhere with --base-url"
        : `about ${number(can)} requests/s at most, and half of that with the gateway on the same machine: take a larger one or several (--instances)`
  return check('cores', level, number(cores), meaning)
}

function calibration({ rate, calibrated }: Load): Check[] {
  if (calibrated === undefined || calibrated.rate === 0 || rate === 0) return []
  const share = rate / calibrated.rate
  const level = share > 1 ? 'bad' : share > HEADROOM ? 'warn' : 'ok'
  const more =
    level === 'ok' ? '' : `; above ${HEADROOM * 100} % its latencies may be its own: take a larger one or several (--instances)`
  const found = `${number(calibrated.rate)} requests/s of ${calibrated.script}`
  return [check('calibration', level, found, `this load is ${number(share * 100)} % of what the machine sends honestly${more}`)]
}

function memory({ memoryFree, memoryTotal }: Facts, load: Load): Check {
  const needed = needsOf(load).memory
  const level = memoryFree < needed ? 'bad' : memoryFree < needed * 1.5 ? 'warn' : 'ok'
  const found = `${megabytes(memoryFree)} of ${megabytes(memoryTotal)} free`
  return check(
    'memory',
    level,
    found,
    `k6 needs about ${megabytes(needed)} for ${number(load.vus)} VUs${level === 'ok' ? '' : ': fewer VUs with --stall, --vus or --rate, or a larger machine'}`,
  )
}

function program({ k6 }: Facts): Check {
  if (k6 === undefined) return check('k6', 'warn', 'none', 'it will be installed at the first run', 'npx loadgate k6')
  return check('k6', 'ok', `v${k6.version}`, k6.path)
}

function clock({ clockSource, clockDrift }: Facts): Check[] {
  const jumped = Math.abs(clockDrift) > 20
  const checks = [
    check(
      'clock',
      jumped ? 'bad' : 'ok',
      jumped ? `${number(clockDrift)} ms off in 200 ms` : 'steady',
      jumped ? 'the wall clock is being set while we measure' : 'wall clock and monotonic clock agree',
      'timedatectl status',
    ),
  ]
  // Every time stamp is a system call, or an exit to the hypervisor, on any other.
  const quick = ['tsc', 'kvm-clock', 'arch_sys_counter', 'hyperv_clocksource_tsc_page']
  if (clockSource !== undefined && !quick.includes(clockSource))
    checks.push(
      check(
        'clock source',
        'warn',
        clockSource,
        'reading the time is slow here, and k6 does it for every request',
        'cat /sys/devices/system/clocksource/clocksource0/available_clocksource',
      ),
    )
  return checks
}

function disk({ diskFree }: Facts): Check[] {
  if (diskFree === undefined) return []
  return [
    check(
      'disk',
      diskFree < DISK_BYTES ? 'bad' : 'ok',
      `${megabytes(diskFree)} free here`,
      'results of a run take up to 20 MB',
      'df -h .',
    ),
  ]
}

export function examine(facts: Facts, load: Load): Check[] {
  return [
    files(facts, load),
    ...ports(facts, load),
    ...reuse(facts),
    ...backlog(facts, load),
    cores(facts, load),
    ...calibration(load),
    memory(facts, load),
    program(facts),
    ...clock(facts),
    ...disk(facts),
  ]
}
