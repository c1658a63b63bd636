import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { repeatCommand } from '../../../../cli/k6/repeat.ts'
import { readRequest, shown } from '../../../../cli/k6/run-request.ts'
import { madeUpProject, put } from '../made-up-project.ts'

test('without target and base URL the embedded gateway is meant', (t) => {
  const request = readRequest(madeUpProject(t), 'burst', {}, [], {})
  assert.equal(request.baseUrl, undefined)
  assert.deepEqual(request.settings, {})
  assert.deepEqual(request.results, { parent: 'results' })
})

test('a flag wins over the environment, blank values count as not given', (t) => {
  const request = readRequest(madeUpProject(t), 'burst', { rate: '5' }, [], { RATE: '7', DURATION: '1m', USERS: ' ' })
  assert.deepEqual(request.settings, { RATE: '5', DURATION: '1m' })
})

test('a target is a file, or the name of one that comes along; its base URL is what is loaded', (t) => {
  const project = madeUpProject(t)
  const named = readRequest(project, 'burst', { target: 'reference' }, [], {})
  assert.equal(named.settings.TARGET, join(project.root, 'targets/reference.json'))
  assert.equal(named.baseUrl, 'http://127.0.0.1:8080')
  const own = put(join(project.root, 'mine.json'), '{"base_url":"http://10.0.0.1"}')
  assert.equal(readRequest(project, 'burst', { target: own }, [], {}).baseUrl, 'http://10.0.0.1')
  assert.equal(
    readRequest(project, 'burst', { target: own, baseUrl: 'http://localhost:1' }, [], {}).baseUrl,
    'http://localhost:1',
  )
})

test('a target file that leads to a stranger is refused before anything starts', (t) => {
  const project = madeUpProject(t)
  const file = put(join(project.root, 'far.json'), '{"base_url":"https://gateway.example.com"}')
  assert.throws(() => readRequest(project, 'burst', { target: file }, [], {}), /--allow-target gateway\.example\.com/)
  const allowed = readRequest(project, 'burst', { target: file, allowTarget: 'gateway.example.com' }, [], {})
  assert.equal(allowed.baseUrl, 'https://gateway.example.com')
  const broken = put(join(project.root, 'broken.json'), '{"base_url":')
  assert.throws(() => readRequest(project, 'burst', { target: broken }, [], {}), /^UsageError: .*broken\.json: expected JSON/)
})

test('how many instances there are is what the segment says, with the edges of all; half of a run by itself is refused', (t) => {
  const project = madeUpProject(t)
  const read = (...flags: string[]) => readRequest(project, 'burst', {}, flags, {})
  const edges = ['--execution-segment-sequence', '0,1/2,1']
  assert.equal(read('--execution-segment', '1/2:1', ...edges).settings.INSTANCES, '2')
  assert.equal(read('--execution-segment=0:1').settings.INSTANCES, '1')
  const expected = /--execution-segment 0:1\/2: one of 2 instances; expected --execution-segment-sequence 0,1\/2,1 beside it/
  assert.throws(() => read('--execution-segment', '0:1/2'), expected)
  assert.throws(() => read('--execution-segment', '0:1/2', '--execution-segment-sequence=0,1/3,2/3,1'), expected)
})

test('RESULTS_DIR is the folder itself, --results the one it is made in', (t) => {
  const project = madeUpProject(t)
  assert.deepEqual(readRequest(project, 'burst', {}, [], { RESULTS_DIR: 'out' }).results, { folder: 'out' })
  assert.deepEqual(readRequest(project, 'burst', { results: 'all' }, [], { RESULTS_DIR: 'out' }).results, { parent: 'all' })
})

test('the command that repeats a run has everything but secrets', (t) => {
  const project = madeUpProject(t)
  const thresholds = put(join(project.root, "it's mine.json"), '{}')
  const request = readRequest(
    project,
    'burst',
    { rate: '5', thresholds, insecureTls: true, probe: false, gatewayArg: ['--rate-limit=1'], fault: ['latency:ms=5'] },
    ['--tag', 'a=b c'],
    { CLIENT_SECRET: 'hunter2', TOKEN: 'hunter3', DURATION: '10s' },
  )
  assert.equal(request.settings.CLIENT_SECRET, 'hunter2')
  const command = repeatCommand(request)
  assert.doesNotMatch(command, /hunter/)
  for (const part of [
    'npx loadgate run burst ',
    ' --rate 5',
    ' --duration 10s',
    ' --insecure-tls',
    ' --no-probe',
    "'\\''s mine.json'",
    ' --gateway-arg=--rate-limit=1 --fault=latency:ms=5',
    " -- --tag 'a=b c'",
  ])
    assert.ok(command.includes(part), `${part} is not in ${command}`)
  assert.deepEqual(Object.keys(shown(request.settings)).sort(), ['DURATION', 'INSECURE_TLS', 'RATE', 'THRESHOLDS'])
})
