/** Jobs for CI that run what init has written. Pure. */
import type { TargetFile } from '../../lib/target/target.ts'
import { allowing, neededBy, TARGET, thresholdsFile } from './commands.ts'

/** Each run makes a folder of its own in it. */
const RESULTS = 'load-results'

const runs = (version: string, target: TargetFile): string[] => {
  const words = `--target ${TARGET}${allowing(target)}`
  const run = (script: 'smoke' | 'http') =>
    `npx --yes loadgate@${version} run ${script} ${words} --thresholds ${thresholdsFile(script)} --results ${RESULTS}`
  return [`npx --yes loadgate@${version} check ${words}`, run('smoke'), run('http')]
}

/** Started by hand at first: nobody loads a gateway by pushing a branch without having said so. */
export function githubWorkflow(version: string, target: TargetFile): string {
  const secrets = neededBy(target.auth)
  const env = secrets.map((name) => `      ${name}: \${{ secrets.LOADGATE_${name} }}\n`).join('')
  return `# Fails when the gateway broke a limit (exit code 99) and when the run could not say (3).
# The gateway must be reachable from the job: start it in a step before, or give base_url. Add \`pull_request:\` below \`on:\` then.
name: Load test
on:
  workflow_dispatch:
    inputs:
      base_url:
        description: Gateway under test; empty takes the one of the target file
        default: ""

permissions:
  contents: read

concurrency:
  group: loadgate-\${{ github.ref }}

jobs:
  load-test:
    runs-on: ubuntu-24.04
    timeout-minutes: 20
    env:
      BASE_URL: \${{ inputs.base_url }}
${env}    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: "22"
${runs(version, target)
  .map((run) => `      - run: ${run}\n`)
  .join('')}      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        if: always()
        with:
          name: ${RESULTS}
          path: ${RESULTS}
          if-no-files-found: ignore
`
}

export function gitlabJob(version: string, target: TargetFile): string {
  const secrets = neededBy(target.auth)
  return `# In .gitlab-ci.yml: include: { local: loadgate/gitlab-ci.yml }${secrets.length === 0 ? '' : `\n# ${secrets.join(' and ')}: masked variables of the project.`}
load-test:
  stage: test
  image: node:22-bookworm
  timeout: 20 minutes
  variables:
    LOADGATE_CACHE: $CI_PROJECT_DIR/.cache/loadgate
  cache:
    key: loadgate
    paths: [.cache/loadgate]
  script:
${runs(version, target)
  .map((run) => `    - ${run}\n`)
  .join('')}  artifacts:
    when: always
    paths: [${RESULTS}/]
    reports:
      junit: ${RESULTS}/*/junit.xml
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
      when: manual
`
}
