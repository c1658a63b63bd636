import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkK6Environment, checkK6Flags } from '../../../../cli/k6/flags.ts'
import { UsageError } from '../../../../lib/base/errors.ts'

const REFUSED: [string[], RegExp][] = [
  [['--iterations', '5'], /--duration/],
  [['--iterations=5'], /--duration/],
  [['-i', '5'], /--duration/],
  [['-i5'], /scenarios/],
  [['--duration', '5s'], /before the --/],
  [['-d=5s'], /before the --/],
  [['--vus=3'], /--vus/],
  [['-u3'], /--users/],
  [['--stage', '5s:10'], /scenarios/],
  [['-s', '5s:10'], /scenarios/],
  [['--no-thresholds'], /use --thresholds before the --/],
  [['--no-thresholds=true'], /gates/],
  [['--no-setup'], /health/],
  [['--no-teardown'], /gates/],
  [['--summary-mode=disabled'], /verdict/],
  [['--summary-mode', 'full'], /verdict/],
  [['--no-summary'], /verdict/],
  [['--new-machine-readable-summary'], /no thresholds/],
  [['--system-tags', 'url'], /by the tags name, scenario, expected_response and status/],
  [['--summary-trend-stats=avg'], /percentiles/],
  [['--include-system-env-vars=false'], /environment/],
  [['--log-output=none'], /k6\.log/],
  [['--paused'], /resume/],
  [['-l'], /never end/],
  [['-vi', '4'], /scenarios/],
  [['-ql'], /progress/],
  [['-w'], /mistakes of the script/],
  [['--http-debug=full'], /with its token/],
  [['--max-redirects', '10'], /past ALLOW_TARGET/],
  [['--rps=5'], /use --rate before the --/],
  [['--user-agent', 'x'], /the control probe/],
  [['--discard-response-bodies'], /no body/],
  [['--no-connection-reuse'], /a connection/],
  [['--block-hostnames', 'x'], /what is planned/],
  [['-c', 'k6.json'], /a file that nobody sees/],
  [['--console-output=out'], /k6\.log/],
  [['-e', 'RATE=5'], /use --rate/],
  [['-eRATE=5'], /use --rate/],
  [['-e=RATE=5'], /use --rate/],
  [['--env', 'BASE_URL=http://x'], /use --base-url/],
  [['--env=CLIENT_SECRET=x'], /environment/],
  [['-e', 'OTHER=1'], /no script reads it/],
  [['-eRAET=5'], /no script reads it; did you mean "RATE"\?/],
  [['-e', 'toString=1'], /no script reads it/],
  [['--tag', 'a=b', '-d', '3s'], /scenarios/],
]
for (const [flags, says] of REFUSED)
  test(`k6 must not be given ${flags.join(' ')}`, () => {
    assert.throws(
      () => checkK6Flags(flags),
      (error: Error) => error instanceof UsageError && says.test(error.message) && error.message.startsWith('k6 flag -'),
    )
  })

test('a secret that was given in the wrong place is not repeated', () => {
  assert.throws(
    () => checkK6Flags(['-e', 'CLIENT_SECRET=hunter2']),
    (error: Error) => !error.message.includes('hunter2'),
  )
})

for (const flags of [
  [],
  ['--out', 'json=samples.json'],
  ['-o', 'json=samples.json'],
  ['-ojson=samples.json'],
  ['--tag', 'build=17'],
  ['--address', 'localhost:0'],
  ['-a', 'localhost:0'],
  ['--execution-segment', '0:1/2'],
  ['--local-ips', '10.0.0.0/24'],
  ['--constructor'],
  ['--verbose'],
  ['-v'],
  ['--dns', 'ttl=0,select=random'],
])
  test(`k6 may be given ${flags.join(' ') || 'nothing'}`, () => assert.doesNotThrow(() => checkK6Flags(flags)))

test('variables of k6 that override a script are refused, by name', () => {
  for (const name of [
    'K6_DURATION',
    'K6_ITERATIONS',
    'K6_VUS',
    'K6_STAGES',
    'K6_NO_THRESHOLDS',
    'K6_NO_SETUP',
    'K6_SUMMARY_MODE',
    'K6_SYSTEM_TAGS',
    'K6_MAX_REDIRECTS',
    'K6_EXECUTION_SEGMENT',
    'K6_EXECUTION_SEGMENT_SEQUENCE',
    'K6_HOSTS',
    'K6_RPS',
    'K6_THRESHOLDS',
    'K6_CONFIG',
    'K6_TLSAUTH',
    'K6_BLACKLIST_IPS',
    'K6_INCLUDE_SYSTEM_ENV_VARS',
    'SSLKEYLOGFILE',
    'GODEBUG',
  ])
    assert.throws(() => checkK6Environment({ [name]: '1' }), new RegExp(`^UsageError: ${name} .*unset it$`))
})

test('variables of k6 that do no harm are left alone', () => {
  assert.doesNotThrow(() =>
    checkK6Environment({ K6_OUT: 'json', K6_DURATION: '', K6_CLOUD_TOKEN: 'x', K6_LOG_OUTPUT: 'none', DURATION: '5s' }),
  )
})

test('whatever is passed on is refused as a usage error or accepted', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `-${text}`),
          fc.string().map((text) => `--${text}`),
        ),
      ),
      (flags) => {
        try {
          checkK6Flags(flags)
        } catch (error) {
          assert.ok(error instanceof UsageError)
        }
      },
    ),
  )
})
