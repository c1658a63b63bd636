/** What must be set up on both sides of a load that many generators send, as commands. Pure. */
import type { Forecast } from './forecast.ts'

export interface Setup {
  /** What it is about. */
  name: string
  meaning: string
  command: string
}

/** Linux's own, where nobody has changed it. */
const USUAL_PORTS = 28_232
/** What a backlog may be at most: 16 bits in older kernels. */
const MOST_BACKLOG = 65_535
/** Connections that have just ended are tracked for two minutes more. */
const TRACKED = 2

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(least))

/** On each generator. */
export function generatorSetup({ each: { openFiles, ports } }: Forecast): Setup[] {
  const files: Setup = {
    name: 'open files',
    meaning: `each generator needs ${whole(openFiles)}`,
    command: `ulimit -Hn   # at least ${openFiles}; for good: /etc/security/limits.conf`,
  }
  if (ports <= USUAL_PORTS) return [files]
  return [
    files,
    {
      name: 'local ports',
      meaning: `each generator holds ${whole(ports)} connections to one address; Linux has ${whole(USUAL_PORTS)} ports for them`,
      command: 'sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535"',
    },
  ]
}

/** On the gateway's machine, or on all of them together where it has several. */
export function gatewaySetup({ planned: { rate, vus, connections } }: Forecast): Setup[] {
  const held = vus + connections
  const backlog = Math.min(MOST_BACKLOG, Math.max(4096, powerOfTwo(held)))
  const tracked = powerOfTwo(held * 2 * TRACKED)
  const load = [...(rate > 0 ? [`${whole(rate)} requests/s`] : []), `${whole(held)} connections`].join(' and ')
  return [
    { name: 'workers', meaning: `one a core; all of them together take ${load}`, command: 'nproc' },
    {
      name: 'listen backlog',
      meaning: `up to ${whole(held)} connections are opened at once; the gateway must ask for as many in listen() too`,
      command: `sudo sysctl -w net.core.somaxconn=${backlog} net.ipv4.tcp_max_syn_backlog=${backlog}`,
    },
    {
      name: 'open files',
      meaning: `${whole(held)} connections of clients, and one to an upstream for each`,
      command: `sudo prlimit --pid "$(pgrep -o gateway)" --nofile=${held * 2 + 1024}:${held * 2 + 1024}   # its name in place of gateway`,
    },
    {
      name: 'tracked connections',
      meaning: 'both sides of each, and those that have just ended; only where a firewall or a NAT tracks them',
      command: `sudo sysctl -w net.netfilter.nf_conntrack_max=${Math.max(65_536, tracked)}`,
    },
  ]
}
