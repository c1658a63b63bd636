/** `loadgate kubernetes`: a run that k6-operator shares out. */
import { SECRETS } from '../../lib/base/settings.ts'
import { FLAGGED } from '../base/flags.ts'
import { kubernetes } from '../kubernetes/kubernetes.ts'
import type { KubernetesOptions } from '../kubernetes/request.ts'
import { type Command, each, type Given, SCRIPT, takeSettings } from './command.ts'

const HELP = `
Writes manifests for k6-operator 1.6: runners that share the load, and a Job with loadgate judge, which judges them as one run.
With --apply it runs them with your kubectl, follows the run, fetches its results, and takes away what it has created.
Secrets (${SECRETS.join(', ')}) are those of the cluster.

Examples:
  loadgate kubernetes burst --parallelism 4 --base-url http://gateway.staging:8080 --allow-target gateway.staging
  loadgate kubernetes burst --parallelism 4 --base-url http://10.0.0.7:8080 --secret CLIENT_SECRET=loadgate/client-secret --apply

Exit codes: 0 written; with --apply those of run.
`

/** The segments say how many instances there are, and the judge is the collector. */
const OF_THE_CLUSTER: readonly string[] = ['INSTANCES', 'COLLECTOR']

export const command: Command = {
  name: 'kubernetes',
  description: 'write the manifests of a run that k6-operator shares out, or run it in a cluster',
  passesOn: true,
  takes(line) {
    line
      .usage('<script> --parallelism <count> [options] [-- k6 flags]')
      .argument(...SCRIPT)
      .option('--parallelism <count>', 'runners that share the load')
      .option('--out <folder>', 'folder for the manifests', 'kubernetes')
      .option('--apply', 'run it with kubectl, and end with the exit code of the verdict')
      .option('--keep', 'leave in the cluster what was created')
      .option('--results <folder>', 'folder in which the results are put', 'results')
      .option('--name <name>', 'name of all that is created (default: loadgate- and the script)')
      .option('--namespace <name>', "namespace (default: that of kubectl's context)")
      .option('--context <name>', 'context of kubectl')
      .option('--secret <setting=secret/key>', 'where the cluster has a secret setting; may be repeated', each)
      .option('--volume-claim <name>', 'PersistentVolumeClaim that has bundle and files, in place of a ConfigMap')
      .option('--separate', 'no two runners on a node; without it they are kept apart as far as there are nodes')
      .option('--per-generator <rate>', 'requests a second that one generator sends honestly (default: as calibrated here)')
      .option('--patience <time>', 'how long nothing may happen (default 2m)')
      .option('--runner-image <image>', 'image of the runners')
      .option('--judge-image <image>', 'image of the judge (deploy/kubernetes/Dockerfile)')
      .option('--starter-image <image>', "image of the operator's starter")
      .option('--operator-namespace <name>', 'namespace of k6-operator (default k6-operator-system)')
    takeSettings(
      line,
      FLAGGED.filter((name) => !OF_THE_CLUSTER.includes(name)),
    )
    line.addHelpText('after', HELP)
  },
  run: ([script]: [string], { options, k6Flags, mistakes, project, terminal, env }: Given<KubernetesOptions>) =>
    kubernetes(project, script, options, k6Flags, mistakes, terminal, env),
}
