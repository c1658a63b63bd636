/** Commands of the pages that no test runs as they stand, each with the reason and with what stands in for it. */

export interface NotRun {
  /** First words of the commands. */
  start: string
  why: string
  /** Words that are added, so that the program starts, reads all of its words, and does no more than refuse these. */
  dry?: { add: string; says: RegExp; code: number }
  /** The file that runs it in another way. */
  by?: string
}

const refusal = (what: string) => ({ add: 'no-such-thing', says: new RegExp(`no ${what} no-such-thing; there are `), code: 2 })
const SITTING = refusal('sitting')
const DOCTOR = 'changes or asks the machine; test/docs/rules.ts compares it with what doctor prints'

export const NOT_RUN: readonly NotRun[] = [
  {
    start: 'npm install',
    why: 'needs the package in a registry; the test installs it from its archive',
    by: 'test/e2e/package.test.ts',
  },
  ...[
    'npx loadgate run ./my-flow.ts',
    'npx loadgate build ./my-flow.ts',
    'k6 run -e PROFILE=smoke -e BASE_URL=http://127.0.0.1:8080 dist/my-flow.js',
  ].map((start) => ({ start, why: "needs a script of the reader's own; the test has one", by: 'test/e2e/package.test.ts' })),
  ...['npx loadgate judge', 'k6 run --execution-segment 0:1/3'].map((start) => ({
    start,
    why: 'needs what instances have left, or a judge that waits; the tests have both',
    by: 'test/e2e/fleet.test.ts',
  })),
  { start: 'npx loadgate run examples/', why: 'each is run, green and red', by: 'test/e2e/examples.test.ts' },
  {
    start: 'docker',
    why: 'needs a builder of images; the file is linted, and built by the release workflow',
    by: 'test/unit/cli/k6/container.test.ts',
  },
  {
    start: 'npm pack',
    why: 'would write into the sources; the test packs into a folder of its own',
    by: 'test/e2e/package.test.ts',
  },
  { start: 'npm ci', why: 'needs the registry, and takes away what the tests stand on', by: '.ci/run' },
  {
    start: 'node test/run.mjs gateways',
    why: 'minutes, and gateways to be installed; npm run test:all has it as a stage',
    by: 'test/run.mjs',
  },
  { start: 'node --import tsx bench/parts/connection-limits.ts', why: 'minutes of waiting for a gateway of others' },
  { start: 'npm test', why: 'would run itself', dry: refusal('stage') },
  { start: 'npm run test:all', why: 'would run itself' },
  { start: 'npm run lint', why: 'the stage lint of npm test', by: 'test/run.mjs' },
  { start: 'npm run format', why: 'writes into the sources', by: 'test/lint.mjs' },
  { start: 'npm run test:kills', why: 'fifty runs; npm test makes six of them', by: 'test/e2e/kills.test.ts' },
  { start: 'npm run test:fleets', why: 'twenty runs; npm test makes one of them', by: 'test/e2e/fleet.test.ts' },
  { start: 'node --import tsx --test', why: 'one of the tests beside this one' },
  {
    start: 'node --import tsx build/generate.ts',
    why: 'writes into the sources',
    dry: { add: '--check', says: /^$/, code: 0 },
  },
  { start: 'node build.mjs --summary jslib', why: 'needs a network', by: 'test/e2e/jslib.test.ts' },
  {
    start: 'node build.mjs',
    why: 'would change dist/ under the tests that run beside; npm test has begun with it',
    dry: { add: '--summary=none', says: /--summary is own or jslib/, code: 1 },
  },
  {
    start: 'npm run build',
    why: 'the same',
    dry: { add: '--summary=none', says: /--summary is own or jslib/, code: 1 },
  },
  { start: 'npm run bench:forecast', why: 'minutes, and a machine of its own' },
  { start: 'npm run bench:scale', why: 'minutes, and a machine of its own', dry: refusal('part') },
  { start: 'npm run bench:truth', why: 'minutes, and a machine of its own', dry: refusal('case') },
  { start: 'npm run bench:overhead', why: 'minutes, and a machine of its own', dry: SITTING },
  { start: 'npm run bench', why: 'minutes, and a machine of its own', dry: SITTING },
  { start: 'npm run docs:images', why: 'writes into the sources, after a run of forty seconds' },
  { start: 'npm run docs', why: 'writes a site; the test has a folder for it', by: 'test/e2e/site.test.ts' },
  {
    start: 'npm run load:all',
    why: 'every script in the profile ci, one after another',
    dry: { add: 'no-such-thing', says: /unknown script "no-such-thing"/, code: 1 },
  },
  { start: 'k6 cloud run', why: 'needs an account; its flags are those that k6 has' },
  ...[
    'npx loadgate init',
    'npx loadgate check',
    'npx loadgate run smoke --target loadgate/target.json',
    'npx loadgate run http --target loadgate/target.json',
  ].map((start) => ({
    start,
    why: "needs an API that is nobody else's; the test has one, and runs the lines of these pages against it",
    by: 'test/e2e/init.test.ts',
  })),
  { start: 'kubectl', why: 'needs a cluster; what it names is there' },
  { start: 'npm run test:kubernetes', why: 'needs a cluster with an operator in it', by: 'test/kubernetes/kubernetes.test.ts' },
  { start: 'prometheus', why: 'a server of others, which the test starts so', by: 'test/e2e/prometheus.test.ts' },
  { start: 'curl', why: 'its request is sent by the rule' },
  { start: 'sudo', why: DOCTOR },
  { start: 'timedatectl', why: DOCTOR },
  { start: 'cat /sys', why: DOCTOR },
  { start: 'df', why: DOCTOR },
]

/** @param command the program and its words */
export const notRun = (command: string): NotRun | undefined => NOT_RUN.find(({ start }) => command.startsWith(start))
