import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireEnvironment, requireOptions } from '../../../../../lib/run/k6-options/guard.ts'
import { K6_OPTIONS, rowOfVariable } from '../../../../../lib/run/k6-options/table.ts'
import { refuses } from '../../refuses.ts'

/** What the script asks for. */
const asked = {
  scenarios: { steady: { executor: 'constant-arrival-rate' as const, rate: 1, duration: '1s', preAllocatedVUs: 1 } },
  thresholds: { 'http_reqs{scenario:steady,name:health}': ['count>=9'], checks: [{ threshold: 'rate>0.9', abortOnFail: true }] },
  summaryTrendStats: ['avg', 'p(99)'],
  maxRedirects: 0,
  insecureSkipTLSVerify: false,
  setupTimeout: '60s',
}
/** What k6 makes of it, as `exec.test.options` has it. */
const ran = {
  paused: null,
  scenarios: { steady: { executor: 'constant-arrival-rate', startTime: null, rate: 1 } },
  executionSegment: null,
  executionSegmentSequence: null,
  noSetup: null,
  setupTimeout: '1m0s',
  rps: null,
  dns: { ttl: null, select: null, policy: null },
  maxRedirects: 0,
  userAgent: null,
  insecureSkipTLSVerify: false,
  thresholds: { checks: [{ threshold: 'rate>0.9', abortOnFail: true }], 'http_reqs{scenario:steady,name:health}': ['count>=9'] },
  blacklistIPs: null,
  hosts: null,
  noConnectionReuse: null,
  ext: { loadgate: {} },
  summaryTrendStats: ['avg', 'p(99)'],
  systemTags: ['check', 'error', 'expected_response', 'group', 'method', 'name', 'scenario', 'status', 'url'],
  tags: null,
  localIPs: null,
}
const held = (found: object, own: object = {}, instances = 1, cloud = false) =>
  requireOptions({ ...ran, ...found }, { ...asked, ...own }, instances, cloud)

test('a run whose options are those of its script is let run', () => {
  assert.doesNotThrow(() => held({}))
  assert.doesNotThrow(() => held({ noConnectionReuse: false, blacklistIPs: [], hosts: null }))
  // k6 of version 2 names them, and marks a run by them.
  assert.doesNotThrow(() => held({ features: ['freeze-env'], tags: { k6_feature_freeze_env: 'true' } }))
})

const CHANGED: [object, RegExp][] = [
  [{ maxRedirects: 10 }, /^k6 option maxRedirects: expected 0, found 10: a redirect .*past ALLOW_TARGET/],
  [{ hosts: { 'gateway.test': '203.0.113.9' } }, /^k6 option hosts: expected none, found \{"gateway\.test":"203\.0\.113\.9"\}/],
  [{ rps: 5 }, /^k6 option rps: expected none, found 5: .*what can be set is RATE/],
  [{ userAgent: 'curl' }, /userAgent: expected none, found "curl"/],
  [{ blacklistIPs: ['10.0.0.0/8'] }, /blacklistIPs/],
  [{ blockHostnames: ['x'] }, /blockHostnames/],
  [{ noConnectionReuse: true }, /noConnectionReuse/],
  [{ noVUConnectionReuse: true }, /noVUConnectionReuse/],
  [{ minIterationDuration: '1s' }, /minIterationDuration/],
  [{ throw: true }, /throw/],
  [{ discardResponseBodies: true }, /discardResponseBodies/],
  [{ noCookiesReset: true }, /noCookiesReset/],
  [{ httpDebug: 'full' }, /httpDebug: .*token/],
  [{ batch: 1 }, /batch/],
  [{ tlsVersion: { min: 'tls1.2', max: 'tls1.2' } }, /tlsVersion/],
  [{ tlsAuth: [{ cert: 'x' }] }, /tlsAuth/],
  [{ insecureSkipTLSVerify: true }, /insecureSkipTLSVerify: .*INSECURE_TLS/],
  [{ summaryTrendStats: ['avg'] }, /summaryTrendStats/],
  [{ scenarios: { default: {} } }, /scenarios: expected steady, found default/],
  [{ thresholds: {} }, /thresholds: expected http_reqs\{scenario:steady,name:health\} \["count>=9"\], found none/],
  [{ thresholds: { ...ran.thresholds, checks: ['rate>0.1'] } }, /thresholds: expected checks \["rate>0\.9"\], found/],
  [{ executionSegment: '0:1/2' }, /expected 1\/1 of the run \(INSTANCES=1\), found 0:1\/2/],
  [{ systemTags: ['name', 'url'] }, /systemTags: expected scenario among them/],
  [{ tags: { scenario: 'x' } }, /tags: expected none of the name scenario, found scenario=x/],
  [{ tags: { name: 'x' } }, /tags/],
  [{ somethingNew: 3 }, /somethingNew: expected none, found 3: this release does not know what it changes/],
]
for (const [found, says] of CHANGED)
  test(`an option that is not the script's stops the run: ${JSON.stringify(found)}`, () => {
    refuses(() => held(found), says)
  })

test('status must be among the tags where a gate selects by it, and need not be where none does', () => {
  const systemTags = ['name', 'scenario', 'expected_response']
  assert.doesNotThrow(() => held({ systemTags }))
  const thresholds = { 'http_reqs{scenario:steady,status:429}': ['count<=0'] }
  refuses(() => held({ systemTags, thresholds }, { thresholds }), /systemTags: expected status among them/)
})

test('a tag that no gate selects by, an output, a longer setup change nothing', () => {
  assert.doesNotThrow(() => held({ tags: { instance_id: '2' }, setupTimeout: '5m0s', paused: true, noTeardown: true }))
  assert.doesNotThrow(() => held({ dns: { ttl: '0', select: 'random', policy: null }, localIPs: '10.0.0.1', consoleOutput: 'f' }))
})

test('what the script itself asks for is its own affair', () => {
  assert.doesNotThrow(() => held({ userAgent: 'mine', noConnectionReuse: true }, { userAgent: 'mine', noConnectionReuse: true }))
  assert.doesNotThrow(() => held({ tlsVersion: { min: 'tls1.3', max: 'tls1.3' } }, { tlsVersion: 'tls1.3' }))
  assert.doesNotThrow(() => held({ minIterationDuration: '1m0s' }, { minIterationDuration: '60s' }))
  refuses(() => held({ userAgent: 'theirs' }, { userAgent: 'mine' }), /userAgent: expected "mine", found "theirs"/)
  refuses(() => held({ noConnectionReuse: false }, { noConnectionReuse: true }), /noConnectionReuse: expected true, found none/)
})

test('the share of a run is one of as many as INSTANCES says', () => {
  assert.doesNotThrow(() => held({ executionSegment: '1/3:2/3' }, {}, 3))
  refuses(() => held({}, {}, 2), /expected 1\/2 of the run \(INSTANCES=2\), found the whole/)
  refuses(() => held({ executionSegment: '0:1/4' }, {}, 2), /found 0:1\/4/)
  refuses(() => held({ executionSegment: '1/8:5/8' }, {}, 2), /found 1\/8:5\/8/)
})

test('in k6 Cloud the gates and whom they are for are held, the rest is its own', () => {
  const cloud = { executionSegment: '0:1/9', blacklistIPs: ['10.0.0.0/8'], userAgent: 'cloud', batch: 6 }
  assert.doesNotThrow(() => held(cloud, {}, 1, true))
  refuses(() => held({ ...cloud, maxRedirects: 10 }, {}, 1, true), /maxRedirects/)
  refuses(() => held({ ...cloud, thresholds: {} }, {}, 1, true), /thresholds/)
})

test('variables that change the run stop it at init; others do not', () => {
  for (const name of ['K6_MAX_REDIRECTS', 'K6_NO_THRESHOLDS', 'K6_EXECUTION_SEGMENT', 'K6_DURATION', 'K6_THRESHOLDS', 'GODEBUG'])
    refuses(
      () => requireEnvironment({ PATH: '/bin', [name]: '1' }),
      new RegExp(`^${name} in the environment is refused: .*; unset it$`),
    )
  assert.doesNotThrow(() =>
    requireEnvironment({
      K6_MAX_REDIRECTS: '',
      K6_OUT: 'json',
      K6_NO_SETUP: 'true',
      K6_PROMETHEUS_RW_SERVER_URL: 'x',
      GOGC: '400',
    }),
  )
})

test('the table names each thing once, and says why', () => {
  for (const key of ['flag', 'short', 'option'] as const) {
    const names = K6_OPTIONS.flatMap((row) => row[key] ?? [])
    assert.deepEqual([...new Set(names)], names)
  }
  for (const row of K6_OPTIONS) {
    assert.ok(row.why.length > 5)
    for (const name of row.variables) assert.equal(rowOfVariable(name.replace('*', 'X')), row, name)
  }
})
