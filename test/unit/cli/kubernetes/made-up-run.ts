/** A request and what it puts into a cluster, for tests to change. */

import { shareOf } from '../../../../cli/capacity/plan/forecast.ts'
import type { Contents } from '../../../../cli/kubernetes/manifests.ts'
import type { ClusterRequest } from '../../../../cli/kubernetes/request.ts'

export const request = (more: Partial<ClusterRequest> = {}): ClusterRequest => ({
  script: { name: 'burst', description: '' },
  settings: { BASE_URL: 'http://10.0.0.7:8080', PROFILE: 'smoke' },
  secrets: [],
  files: {},
  parallelism: 3,
  name: 'loadgate-burst',
  namespace: undefined,
  context: undefined,
  volumeClaim: undefined,
  separate: false,
  images: {
    runner: 'docker.io/grafana/k6:1.8.1',
    judge: 'ghcr.io/loadgate/loadgate:1.2.3-judge',
    starter: 'ghcr.io/grafana/k6-operator:starter-v1.6.0',
  },
  operatorNamespace: 'k6-operator-system',
  perGenerator: undefined,
  patience: 120,
  out: 'kubernetes',
  apply: false,
  keep: false,
  results: 'results',
  k6Flags: [],
  ...more,
})

export const contents = (more: Partial<Contents> = {}): Contents => ({
  files: { 'burst.js': 'export default () => {}\n', 'plan.json': '{}\n' },
  bundle: 'burst.js',
  token: 'made-up-token',
  share: shareOf({ rate: 6000, requests: 60_000, vus: 600, connections: 0 }, 3, { rate: 5000, cores: 1, from: 'a test' }),
  duration: 30,
  ...more,
})
