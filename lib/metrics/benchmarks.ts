/** Metrics of `benchmarks`: one value a round and benchmark. */

import type { MetricDeclaration } from './declaration.ts'
import { BENCHMARKS, FIGURES, figureOf } from './figures.ts'

const ofRounds = (unit: MetricDeclaration['unit'], doc: string) =>
  ({ type: 'trend', unit, doc, evidence: 'bench_rounds', exact: true }) as const
const byBench = (doc: string) => `${doc} in each round, by \`bench\`.`

export const BENCHMARK_METRICS = {
  bench_rounds: {
    type: 'counter',
    unit: 'count',
    doc: 'Rounds in which every benchmark was measured whole.',
    // Kept for the results file, whatever there are limits on.
    details: BENCHMARKS.flatMap((benchmark) =>
      (Object.keys(FIGURES) as (keyof typeof FIGURES)[]).map((figure) => figureOf(benchmark, figure)),
    ),
  },
  bench_per_second: ofRounds('', byBench('Operations a second')),
  bench_p50: ofRounds('ms', byBench('Median of the requests')),
  bench_p95: ofRounds('ms', byBench('95th percentile of the requests')),
  bench_p99: ofRounds('ms', byBench('99th percentile of the requests')),
  bench_cpu: { ...ofRounds('ms', byBench("The gateway's CPU for one operation")), watches: ['cpu'] },
  bench_memory: { ...ofRounds('bytes', byBench("Growth of the gateway's memory for 10,000 operations")), watches: ['memory'] },
  bench_register: { ...ofRounds('', 'Webhooks registered a second, in each round.'), metric: figureOf('register', 'perSecond') },
  bench_publish: { ...ofRounds('', 'Events published a second, in each round.'), metric: figureOf('publish', 'perSecond') },
  bench_deliver: { ...ofRounds('', 'Events delivered a second, in each round.'), metric: figureOf('deliver', 'perSecond') },
  bench_list: { ...ofRounds('', 'Lists of webhooks a second, in each round.'), metric: figureOf('list', 'perSecond') },
  bench_register_memory: {
    ...ofRounds('bytes', "Growth of the gateway's memory for 10,000 registrations, in each round."),
    metric: figureOf('register', 'memory'),
    watches: ['memory'],
  },
  bench_register_cpu: {
    ...ofRounds('ms', "The gateway's CPU for one registration, in each round."),
    metric: figureOf('register', 'cpu'),
    watches: ['cpu'],
  },
} as const satisfies Record<string, MetricDeclaration>
