import type { Case, Suite } from '../suite.ts'
import { closesConnections, noToken, scriptThrows, withBeginnings } from './usual.ts'

const BOTH = 'steady|probe'

/** k6 has a connection for each VU that is busy. */
const MORE = 'The slower the answers, the more requests are under way, each on a connection of its own.'

const cases: readonly Case[] = [
  closesConnections('steady'),
  noToken({ red: ['any any samples', 'any any goodput', 'run watch_looks min_share', 'run watch_cache_hits p50_min'] }),
  {
    name: 'latency',
    faults: [{ name: 'latency', ms: 1500 }],
    settings: { STALL: 2.5 },
    red: ['steady * p95_ms|p99_ms|late_share', 'probe * p95_ms|late_share'],
    may: { 'run watch_connection_slope max': MORE },
    verdict: 'fail',
    why: 'As slow at the end as at the beginning: too slow, and no degradation.',
  },
  {
    name: 'latency_ramp',
    faults: [{ name: 'latency_ramp', ms_per_s: 120, max_ms: 650, after_requests: 180 }],
    red: ['run degradation max'],
    may: { 'run watch_connection_slope max': MORE },
    verdict: 'fail',
    why: 'Slower by more than a tenth of a second each second, though every answer is within its limit.',
    ci: true,
  },
  {
    name: 'error_500',
    faults: [{ name: 'error_500', endpoint: 'health', share: 0.1 }],
    red: [`${BOTH} * error_rate|goodput`],
    verdict: 'fail',
    why: 'One request of fifty fails: too few to move a p95.',
  },
  {
    name: 'empty_object',
    faults: [{ name: 'empty_object' }],
    red: [`${BOTH} health|resource|action|resources failed_checks`, `${BOTH} * error_rate|goodput`],
    verdict: 'fail',
    why: 'Nothing of what was asked for is in the answers.',
  },
  {
    name: 'sheds_load',
    faults: [{ name: 'sheds_load', share: 0.02 }],
    red: [`${BOTH} * shed_rate|goodput`],
    verdict: 'fail',
    why: 'One request of fifty is shed without a limiter.',
  },
  {
    name: 'memory_leak',
    faults: [{ name: 'memory_leak', mb_per_s: 20, max_mb: 400 }],
    red: ['run watch_memory_slope max'],
    verdict: 'fail',
    why: '1,200 MB a minute.',
    ci: true,
  },
  {
    name: 'connection_leak',
    faults: [{ name: 'connection_leak', per_s: 20 }],
    red: ['run watch_connection_slope max'],
    verdict: 'fail',
    why: 'Twenty connections a second that nobody uses.',
  },
  {
    name: 'cpu_burn',
    faults: [{ name: 'cpu_burn', part: 0.2, threads: 1 }],
    red: ['run watch_cpu p50'],
    verdict: 'fail',
    why: 'The process takes more than a core for what a tenth of one is enough for.',
    alone: true,
  },
  {
    name: 'cache_never_hits',
    faults: [{ name: 'cache_never_hits' }],
    red: ['run watch_cache_hits p50_min'],
    verdict: 'fail',
    why: 'Every lookup is a miss, and each answer is right.',
  },
  {
    name: 'worker_restart',
    faults: [{ name: 'worker_restart', down_ms: 50, after_s: 5 }],
    red: ['run watch_restarts max'],
    may: {
      'steady|probe * error_rate|goodput': 'Requests under way are cut, or sent again by the HTTP client.',
      'steady|probe * late_share': 'A request that was cut counts as slow as its timeout.',
      'steady * p99_ms': 'As above.',
      'steady * new_connections': 'All connections are new after it.',
      'watch metrics error_rate|goodput': 'A look under way is cut.',
      'run watch_looks min_share': 'A look under way is cut.',
      'run watch_connection_slope max': 'All connections are new after it: their number grows from nothing.',
      'run degradation max':
        'A request that was cut counts as slow as its timeout; whether enough of them are in the last window is chance.',
    },
    verdict: 'fail',
    why: 'The start of the process is another one in the middle of the run.',
  },
  {
    name: 'metrics_frozen',
    faults: [{ name: 'metrics_frozen' }],
    red: [
      'watch metrics error_rate|goodput|failed_checks',
      'run watch_restarts samples',
      'run watch_looks min_share',
      'run watch_cache_hits p50_min',
      'run watch_memory_slope|watch_connection_slope|watch_cpu|watch_cache_hits samples',
    ],
    verdict: 'fail',
    why: 'The same page again and again shows nothing: no slope is known, and none may be green for that.',
  },
  {
    name: 'metrics_missing',
    faults: [{ name: 'metrics_missing', metric: 'process_resident_memory_bytes' }],
    red: ['run watch_memory_slope samples'],
    verdict: 'invalid',
    why: 'A slope of nothing is no slope.',
  },
  {
    name: 'metrics_not_found',
    faults: [{ name: 'metrics_not_found' }],
    red: ['watch metrics error_rate|goodput', 'run watch_looks min_share', 'run watch_cache_hits p50_min', 'run any samples'],
    may: { 'run degradation samples': "Its samples are the probe's own: they are there." },
    verdict: 'fail',
    why: 'There is nothing to look at.',
  },
  {
    name: 'empty_object of metrics',
    faults: [{ name: 'empty_object', endpoint: 'metrics', share: 0.2 }],
    red: ['watch metrics error_rate|goodput|failed_checks', 'run watch_looks min_share'],
    verdict: 'fail',
    why: 'One look of five shows nothing.',
  },
  {
    name: 'sheds_load of metrics',
    faults: [{ name: 'sheds_load', endpoint: 'metrics', share: 0.2 }],
    red: ['watch * shed_rate', 'watch metrics goodput', 'run watch_looks min_share'],
    verdict: 'fail',
    why: 'A monitor is not to be shed.',
  },
  scriptThrows('action', {
    red: ['run * script_errors', `${BOTH} * goodput`, 'probe * samples', 'run degradation samples'],
    may: {
      'probe health|resource|action|resources samples':
        'The probe ends with its first exception, whatever it has asked until then.',
    },
  }),
  {
    name: 'too few VUs',
    faults: [{ name: 'latency', ms: 300 }],
    settings: { VUS: 10 },
    red: ['steady * dropped_share|goodput|samples'],
    verdict: 'invalid',
    why: 'Ten VUs at 300 ms send 33 requests a second.',
  },
]

export const sustained: readonly Suite[] = [
  {
    script: 'sustained',
    name: 'sustained',
    settings: { PROFILE: 'smoke', WARMUP: '1s', DURATION: '6s', RATE: 180, WATCH_INTERVAL: '200ms', DEGRADATION_FLOOR: '250ms' },
    cases: withBeginnings(cases, { warmup: 'resources' }),
  },
]
