/**
 * Everything that k6 (1 and 2) reads besides the script, and what becomes of it: flags, variables of the environment, options.
 * `loadgate run` refuses by it, so do the scripts themselves, and docs/reference/k6-options.md is made from it.
 */
import type { SettingName } from '../../base/settings.ts'

/**
 * - `refused`: changes what is sent, to whom, or what is counted
 * - `refused by run`: `loadgate run` cannot work with it; to plain k6 it does no harm
 * - `checked`: may be given, and what it says is looked at
 * - `harmless`
 */
export type Treatment = 'refused' | 'refused by run' | 'checked' | 'harmless'

export interface K6Option {
  /** Of `k6 run`, without dashes. */
  flag?: string
  /** Its letter. */
  short?: string
  /** In the environment; ending in `*`, all that begin so. */
  variables: readonly string[]
  /** Among a script's options, and in k6's configuration file. */
  option?: string
  treatment: Treatment
  /** What it would change, or why it changes nothing; a part of a sentence. */
  why: string
  /** Settings that do what was meant. */
  use?: readonly SettingName[]
  /** What plain k6 does about it, where that is not what the treatment says. */
  plain?: string
}

type More = Partial<Pick<K6Option, 'short' | 'variables' | 'option' | 'use' | 'plain'>>

const camel = (flag: string): string => flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
const variableOf = (flag: string): string => `K6_${flag.toUpperCase().replaceAll('-', '_')}`

/** A flag that is an option of the script, too. */
const both = (flag: string, treatment: Treatment, why: string, more: More = {}): K6Option => ({
  flag,
  variables: [variableOf(flag)],
  option: camel(flag),
  treatment,
  why,
  ...more,
})
/** A flag that k6 itself keeps: no script's options have it. */
const own = (flag: string, treatment: Treatment, why: string, more: More = {}): K6Option => {
  const { option: _, ...row } = both(flag, treatment, why, more)
  return row
}
const inFile = (option: string, treatment: Treatment, why: string, variables: readonly string[] = []): K6Option => ({
  variables,
  option,
  treatment,
  why,
})
const variable = (names: string | readonly string[], treatment: Treatment, why: string, more: More = {}): K6Option => ({
  variables: [names].flat(),
  treatment,
  why,
  ...more,
})

/** Tags of k6 that every script's gates select by; a script with sockets or a limiter selects by `status` as well. */
export const SYSTEM_TAGS = ['name', 'scenario', 'expected_response', 'status'] as const

const SCENARIOS = 'it throws the scenarios of the script away'
const BLIND = 'it blinds the gates'
const ELSEWHERE = 'it sends the load elsewhere than the URL says, past ALLOW_TARGET'
const OTHER = 'it changes what is sent'
const IN_PLAN = 'a script that needs it says so in the options of its plan'
const LOG = 'loadgate reads the log of k6 and keeps it as k6.log in the results folder'
const OUTPUT = 'one more place that hears of the samples; none is taken away'
const BINARY = 'another k6 than the one that loadgate has found would run'
const SIZE = ['DURATION', 'RATE', 'USERS', 'PROFILE'] as const

export const K6_OPTIONS: readonly K6Option[] = [
  // How much is sent.
  both('iterations', 'refused', SCENARIOS, { short: 'i', use: SIZE }),
  both('duration', 'refused', SCENARIOS, { short: 'd', use: SIZE }),
  both('vus', 'refused', SCENARIOS, { short: 'u', use: ['VUS', 'USERS'] }),
  both('stage', 'refused', SCENARIOS, { short: 's', variables: ['K6_STAGES'], option: 'stages', use: SIZE }),
  inFile('scenarios', 'checked', 'those that run must be the windows of the script'),
  both('execution-segment', 'checked', 'the share must be one of as many as INSTANCES says', {
    variables: [],
    use: ['INSTANCES'],
  }),
  both('execution-segment-sequence', 'harmless', 'the share of this instance is in its segment', { variables: [] }),
  variable('K6_EXECUTION_SEGMENT*', 'refused', 'k6 reads the segment from its flag only, so the run would be a whole one', {
    use: ['INSTANCES'],
  }),
  both('rps', 'refused', 'it holds requests back until they are late, or never sent', { use: ['RATE'] }),
  both('min-iteration-duration', 'refused', 'it keeps VUs from sending', { use: ['RATE', 'THINK_TIME'] }),
  both('batch', 'refused', `it changes how many requests are sent at the same time; ${IN_PLAN}`),
  both('batch-per-host', 'refused', `it changes how many requests are sent at the same time; ${IN_PLAN}`),

  // To whom.
  both(
    'max-redirects',
    'refused',
    'a redirect would take the load to whatever host it names, past ALLOW_TARGET, and two requests would count as one',
  ),
  inFile('hosts', 'refused', `${ELSEWHERE}; give the address as BASE_URL, or say it in the options of the plan`, ['K6_HOSTS']),
  both('dns', 'harmless', "which of a name's addresses are used; the name is the one that ALLOW_TARGET allows"),
  both('blacklist-ip', 'refused', 'it keeps k6 from sending what is planned', {
    variables: ['K6_BLACKLIST_IPS'],
    option: 'blacklistIPs',
  }),
  both('block-hostnames', 'refused', 'it keeps k6 from sending what is planned'),
  both('local-ips', 'harmless', 'from which addresses of this machine it is sent; the load, and who gets it, is the same', {
    option: 'localIPs',
  }),
  variable(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'],
    'checked',
    'a proxy would be loaded, and would answer, in place of the gateway: NO_PROXY must name the host of each URL; loopback needs none',
  ),

  // What is sent.
  both('user-agent', 'refused', `${OTHER}, and the control probe would be told from k6; ${IN_PLAN}`),
  both('insecure-skip-tls-verify', 'refused', 'a certificate of anybody would do', {
    option: 'insecureSkipTLSVerify',
    use: ['INSECURE_TLS'],
  }),
  inFile('tlsVersion', 'refused', `${OTHER}; ${IN_PLAN}`),
  inFile('tlsCipherSuites', 'refused', `${OTHER}; ${IN_PLAN}`, ['K6_TLS_CIPHER_SUITES']),
  inFile('tlsAuth', 'refused', `${OTHER}: k6 would be somebody else; ${IN_PLAN}`, ['K6_TLSAUTH']),
  both('no-connection-reuse', 'refused', `each request would open a connection; ${IN_PLAN}`),
  both('no-vu-connection-reuse', 'refused', `each iteration would open a connection; ${IN_PLAN}`, {
    option: 'noVUConnectionReuse',
  }),
  inFile('noCookiesReset', 'refused', `cookies of one iteration would go into the next; ${IN_PLAN}`, ['K6_NO_COOKIES_RESET']),
  variable('GODEBUG', 'refused', 'it changes how k6 connects (HTTP/2, TLS, look-up of names) without any option showing it'),

  // What is counted.
  inFile('thresholds', 'refused', `${BLIND}: they are the thresholds`, ['K6_THRESHOLDS']),
  own('no-thresholds', 'refused', BLIND, {
    use: ['THRESHOLDS'],
    plain:
      'the variable stops it at init; the flag is seen by nothing in k6 but the summary, which then says that no gate was judged',
  }),
  both('no-setup', 'refused by run', `${BLIND}: setup asks the gateway for its health and for a token`, {
    plain: 'a VU that was told nothing by setup() stops the run; k6-operator, which runs setup() by itself, may give it',
  }),
  both('no-teardown', 'refused by run', `${BLIND}: teardown takes away what the run has made`, {
    plain: 'taken: what the run has made stays in the gateway',
  }),
  both('discard-response-bodies', 'refused', `${BLIND}: checks would have no body to look at`),
  both('throw', 'refused', `${BLIND}: failed requests would be exceptions, counted as mistakes of the script`, { short: 'w' }),
  both(
    'system-tags',
    'refused by run',
    `${BLIND}: they select by the tags ${SYSTEM_TAGS.join(', ').replace(/, (\w+)$/, ' and $1')}`,
    {
      plain: 'stops in setup() where one is missing',
    },
  ),
  both('tag', 'checked', 'it must have no name that a gate selects by', { variables: ['K6_TAGS'], option: 'tags' }),
  both('summary-trend-stats', 'refused', `${BLIND}: the table needs the percentiles that the script asks for`),
  own('new-machine-readable-summary', 'refused', `${BLIND}: that summary has no thresholds in it`, {
    plain:
      'the variable stops it at init; with the flag the thresholds are judged as ever, and the summary says that it cannot be read',
  }),
  own('summary-mode', 'refused by run', `${BLIND}: the verdict is made from the summary, which loadgate prints itself`, {
    plain: 'taken: the exit code is the same; with `disabled` nothing is printed or written',
  }),
  own('no-summary', 'refused by run', `${BLIND}: the verdict is made from the summary`, {
    plain: 'taken: the exit code is the same; nothing is printed or written',
  }),

  // How the script is read.
  own('env', 'checked', 'a setting has a name that a script reads; in `loadgate run` it is a flag or stands in the environment', {
    short: 'e',
    variables: [],
    plain: 'a name that is nearly that of a setting stops it at init',
  }),
  own('include-system-env-vars', 'refused by run', 'the settings reach the script by the environment', {
    plain: 'taken: without them neither variables nor a proxy can be seen at init; options are seen in setup() as ever',
  }),
  own('config', 'refused by run', 'options in a file that nobody sees', {
    short: 'c',
    plain: 'what the file says, this one or the one that k6 reads unasked, is held in setup() to what is refused here',
  }),
  own('type', 'refused by run', 'the script is always JavaScript', { short: 't' }),
  own('compatibility-mode', 'harmless', 'the script runs in each'),
  both('features', 'harmless', 'what they change of the tags is checked with the tags'),

  // When it begins and ends.
  both('paused', 'refused by run', 'nothing would ever resume the run', { short: 'p' }),
  own('linger', 'refused by run', 'k6 would never end; the results are in the results folder', { short: 'l' }),
  inFile('setupTimeout', 'harmless', 'setup() that takes too long ends the run', ['K6_SETUP_TIMEOUT']),
  inFile('teardownTimeout', 'harmless', 'teardown() that takes too long ends the run', ['K6_TEARDOWN_TIMEOUT']),
  inFile('handleSummaryTimeout', 'harmless', 'thresholds are judged before the summary', ['K6_HANDLE_SUMMARY_TIMEOUT']),

  // What is printed and written.
  both('http-debug', 'refused', 'it prints every request, with its token, and takes the time for it'),
  both('console-output', 'refused by run', LOG),
  own('log-output', 'refused by run', LOG),
  own('log-format', 'refused by run', LOG),
  own('quiet', 'refused by run', 'the progress is read from what k6 prints; without a terminal it is one line in 10 s', {
    short: 'q',
    variables: [],
  }),
  own('help', 'refused by run', 'for k6 itself: k6 run --help', { short: 'h', variables: [] }),
  own('verbose', 'harmless', 'more lines in the log', { short: 'v', variables: [] }),
  own('no-color', 'harmless', 'how it is printed', { variables: ['K6_NO_COLOR', 'NO_COLOR'] }),
  both('summary-time-unit', 'harmless', "k6's own table, which is not printed"),
  own('summary-export', 'harmless', 'one more file'),
  own('out', 'checked', `${OUTPUT}; the Prometheus output is how \`loadgate run\` records the run: --prometheus names another`, {
    short: 'o',
    plain: 'taken: one more place that hears of the samples',
  }),
  inFile('metricSamplesBufferSize', 'harmless', 'no sample is lost by it', ['K6_METRIC_SAMPLES_BUFFER_SIZE']),
  own('traces-output', 'harmless', "k6's own spans; no header is added to a request"),
  own('address', 'harmless', 'where k6 itself can be asked', { short: 'a' }),
  own('profiling-enabled', 'harmless', 'where k6 itself can be asked'),
  own('no-usage-report', 'harmless', 'what k6 tells its makers', { variables: ['K6_NO_USAGE_REPORT', 'K6_USAGE_REPORT_URL'] }),
  own('secret-source', 'harmless', 'no script asks for a secret of k6', { variables: ['K6_SECRET_SOURCE*'] }),
  inFile('cloud', 'harmless', 'whose run it is in k6 Cloud, and where it is stored', ['K6_CLOUD*', 'K6_NO_ARCHIVE_UPLOAD']),
  inFile('ext', 'harmless', 'notes of the script for others'),
  variable(
    ['K6_PROMETHEUS_RW_*', 'K6_OTEL_*', 'K6_INFLUXDB_*', 'K6_CSV_*', 'K6_WEB_DASHBOARD*'],
    'harmless',
    'how an output writes',
  ),
  variable(['K6_DEPENDENCIES_MANIFEST', 'K6_BUILD_SERVICE_URL', 'K6_ENABLE_COMMUNITY_EXTENSIONS'], 'refused by run', BINARY, {
    plain: 'taken: the script needs no extension',
  }),
  variable(
    [
      ...['K6_AUTO_EXTENSION_RESOLUTION', 'K6_BINARY_PROVISIONING', 'K6_PROVISION_*', 'K6_BINARY_CACHE*', 'K6_DOWNLOAD_*'],
      'K6_BUILD_SERVICE_AUTH',
    ],
    'harmless',
    'the script needs no extension, so none is looked for',
  ),
  variable(
    ['K6_BROWSER_*', 'K6_INSTANCE_SCENARIOS', 'K6_SHOW_CLOUD_LOGS', 'K6_EXIT_ON_RUNNING'],
    'harmless',
    'for browsers and other commands of k6',
  ),
  variable('SSLKEYLOGFILE', 'refused by run', 'the keys of every connection would be written to a file, and tokens with them', {
    plain: 'taken, with a warning of k6: what is sent and counted is the same',
  }),
  variable(['SSL_CERT_FILE', 'SSL_CERT_DIR'], 'harmless', 'whose certificates are trusted on this machine'),
  variable(['GOMAXPROCS', 'GOGC', 'GOMEMLIMIT'], 'harmless', 'how fast k6 is, which the evidence on the generator shows'),
]

/** The row of a variable of the environment; undefined for what k6 does not read. */
export const rowOfVariable = (name: string): K6Option | undefined =>
  K6_OPTIONS.find(({ variables }) =>
    variables.some((known) => (known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : known === name)),
  )
