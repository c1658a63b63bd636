import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FLAGGED, flagOf, settingOptions, settingsFromFlags } from '../../../../cli/base/flags.ts'
import { Mistakes } from '../../../../cli/base/mistakes.ts'
import { cli } from '../../../../cli/commands/cli.ts'
import { isCommanderError, makeProgram, type Perform } from '../../../../cli/commands/program.ts'
import { UsageError } from '../../../../lib/base/errors.ts'
import { SECRETS, SETTINGS } from '../../../../lib/base/settings.ts'
import { madeUpProject, quietTerminal } from '../made-up-project.ts'

type Call = { command: string; script?: string | undefined; options?: Record<string, unknown> }

/** What a command line calls; or the exit code of what it is refused with. */
async function parse(...words: string[]): Promise<Call | number> {
  const calls: Call[] = []
  const perform: Perform = async ({ name, passesOn }, given, options, mistakes) => {
    // These tell what is wrong with the line together with what is wrong with its settings.
    if (passesOn && mistakes.length > 0) throw new Mistakes(mistakes)
    calls.push({ command: name, script: given.find((each) => typeof each === 'string'), options: { ...options } })
  }
  const program = makeProgram('1.2.3', perform, { out: () => {}, err: () => {} })
  try {
    await program.parseAsync(words, { from: 'user' })
    return calls[0] ?? -1
  } catch (error) {
    if (error instanceof UsageError) return 2
    assert.ok(isCommanderError(error), String(error))
    return error.exitCode
  }
}

test('every setting is a flag of run, secrets and the results folder excepted', async () => {
  assert.deepEqual(new Set([...FLAGGED, ...SECRETS, 'RESULTS_DIR']), new Set(Object.keys(SETTINGS)))
  for (const name of FLAGGED) {
    const declared: { type: string } = SETTINGS[name]
    const words = declared.type === 'flag' ? [flagOf(name)] : [flagOf(name), 'x']
    const call = await parse('run', 'burst', ...words)
    assert.ok(typeof call === 'object', name)
    assert.deepEqual(settingsFromFlags(call.options ?? {}), { [name]: declared.type === 'flag' ? 'true' : 'x' })
  }
  for (const name of SECRETS) assert.equal(await parse('run', 'burst', flagOf(name), 'x'), 2)
})

test('the help of a flag is the first sentence of its setting, with choices and default', () => {
  const help = (flag: string) => settingOptions().find(({ long }) => long === flag)?.description
  assert.equal(help('--rate'), 'Planned requests per second of the main window')
  assert.match(help('--profile') ?? '', /\(smoke\|ci\|production; default ci\)$/)
  assert.match(help('--timeout') ?? '', /\(such as 500ms, 30s, 10m; default 5s\)$/)
  for (const { description } of settingOptions()) assert.doesNotMatch(description, /undefined|\.$/)
})

test('a gateway argument may be repeated', async () => {
  const call = await parse('run', 'burst', '--gateway-arg=--rate-limit=100', '--gateway-arg', '--tls=on')
  assert.deepEqual(typeof call === 'object' && call.options?.gatewayArg, ['--rate-limit=100', '--tls=on'])
})

for (const words of [
  ['run'],
  ['run', 'burst', 'other'],
  ['run', 'burst', '--rate'],
  ['run', 'burst', '--rte', '5'],
  ['run', 'burst', '-r', '5'],
  ['list', 'x'],
  ['list', '--all'],
  ['k6', '--install'],
  ['doctor', 'burst', '--base-url', 'http://x'],
  ['nothing'],
  ['--verbose'],
])
  test(`refused: ${words.join(' ')}`, async () => assert.equal(await parse(...words), 2))

test('an unknown flag is never accepted silently', async () => {
  const known = new Set(FLAGGED.map(flagOf))
  const flag = fc.stringMatching(/^--[a-z][a-z-]{0,14}$/).filter((name) => !known.has(name))
  const others = ['--results', '--gateway-arg', '--prometheus', '--no-record', '--raw', '--help', '--version']
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('run', 'list', 'k6', 'doctor'), flag, fc.string(), async (command, name, value) => {
      fc.pre(!others.includes(name) && name !== '--provision-only')
      const call = await parse(command, ...(command === 'run' ? ['burst'] : []), name, value)
      assert.notEqual(typeof call, 'object')
      assert.notEqual(call, 0)
    }),
  )
})

test('no words throw, print a stack trace or start anything that was not asked for', async (t) => {
  const project = madeUpProject(t)
  const word = fc.oneof(
    fc.constantFrom(
      'run',
      'list',
      'k6',
      'doctor',
      'smok',
      '--',
      '--rate',
      '--profile',
      '--target',
      '--thresholds',
      '-h',
      '--version',
      '-x',
    ),
    fc.string(),
    fc.string().map((text) => `--${text}`),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
      // No k6 and no doctor: they look at this machine.
      fc.pre(!words.includes('k6') && !words.includes('doctor'))
      const { terminal, printed, noted } = quietTerminal()
      const code = await cli(words, project, terminal, {})
      assert.ok(code === 0 || code === 2, `${code}: ${noted.join('\n')}`)
      assert.doesNotMatch([...printed, ...noted].join('\n'), /\n\s+at .*:\d+:\d+|itself failed/)
      if (code === 2) assert.notEqual(noted.join(''), '')
    }),
    { numRuns: 300 },
  )
})

for (const [words, lines] of [
  [
    ['run', 'brust', '--rte', '5', '--duration', 'long', '--users=many', '--target', 'nowhere', '--', '--vus', '3'],
    [
      /^loadgate: unknown option --rte; did you mean "--rate"\?$/,
      /^loadgate: unknown script "brust"; did you mean "burst"\?/,
      /^loadgate: k6 flag --vus is refused/,
      /^loadgate: target "nowhere": no such file/,
      /^loadgate: setting DURATION: expected .*found "long"$/,
      /^loadgate: setting USERS: expected .*found "many"$/,
      /^\(loadgate run --help shows what there is\)$/,
    ],
  ],
  [
    ['list', '--al', '--jsn=secret', 'x'],
    [/^loadgate: unknown option --al$/, /^loadgate: unknown option --jsn$/, /^\(loadgate list --help/],
  ],
  [
    ['run', '--rte'],
    [/^loadgate: unknown option --rte/, /^loadgate: missing argument <script>$/, /^\(loadgate run --help/],
  ],
  [
    ['run', 'burst', '--rate'],
    [/^loadgate: option --rate <number>: its value is missing$/, /^\(loadgate run --help/],
  ],
  [
    ['burst', '--rate', '5'],
    [/^loadgate: unknown command "burst"; did you mean "loadgate run burst"\?$/, /^\(loadgate --help/],
  ],
  [
    ['rnu', 'burst'],
    [/^loadgate: unknown command "rnu"; did you mean "run"\?$/, /^\(loadgate --help/],
  ],
  [['completion', 'bsh'], [/^loadgate: completion: expected one of bash, zsh, fish, found "bsh"; did you mean "bash"\?$/]],
] as const)
  test(`all mistakes at once: ${words.join(' ')}`, async (t) => {
    const { terminal, printed, noted } = quietTerminal()
    assert.equal(await cli(words, madeUpProject(t), terminal, {}), 2)
    assert.deepEqual(printed, [])
    assert.equal(noted.length, lines.length, noted.join('\n'))
    lines.forEach((line, i) => {
      assert.match(noted[i] ?? '', line)
    })
  })

for (const [words, says] of [
  [['run', 'brust'], /unknown script "brust"; did you mean "burst"\?/],
  [['run', 'xxxxxxxx'], /known: burst, smoke/],
  [['run', 'burst', '--rate', 'fast'], /RATE: expected a number, found "fast"/],
  [['run', 'burst', '--rate', '-5'], /RATE: expected a number from/],
  [['run', 'burst', '--profile', 'big'], /expected one of smoke, ci, production/],
  [['run', 'burst', '--target', 'refrence'], /did you mean "reference"/],
  [['run', 'burst', '--thresholds', 'nowhere.json'], /no such file: .*nowhere\.json/],
  [['run', 'burst', '--base-url', 'https://example.com'], /--allow-target example\.com/],
  [['run', 'burst', '--base-url', 'http://127.0.0.1\\@example.com'], /BASE_URL: expected a URL/],
  [['run', 'burst', '--base-url', 'http://127.0.0.1', '--gateway-arg', 'x'], /embedded gateway/],
  [['run', 'burst', '--base-url', 'http://127.0.0.1', '--fault', 'latency'], /--fault is for the embedded gateway/],
  [['run', 'burst', '--', '-d', '5s'], /use --duration/],
  [['list', '--', '-d', '5s'], /only run and kubernetes pass flags on to k6/],
  [['selftest', 'benchmarks', '--instances', '3'], /--instances: benchmarks measures from one place only/],
] as const)
  test(`loadgate ${words.join(' ')} says what is wrong`, async (t) => {
    const { terminal, noted } = quietTerminal()
    assert.equal(await cli(words, madeUpProject(t), terminal, {}), 2)
    assert.match(noted.join('\n'), says)
  })

test('help and version are no failures', async (t) => {
  const project = madeUpProject(t)
  for (const words of [['--help'], ['run', '--help'], ['doctor', '-h']]) {
    const { terminal, printed } = quietTerminal()
    assert.equal(await cli(words, project, terminal, {}), 0)
    assert.match(printed.join('\n'), /Usage: loadgate/)
  }
  const { terminal, printed } = quietTerminal()
  assert.equal(await cli(['--version'], project, terminal, {}), 0)
  assert.deepEqual(printed, ['1.2.3'])
})

test('list shows the scripts, and where more is said of them', async (t) => {
  const { terminal, printed } = quietTerminal()
  assert.equal(await cli(['list'], madeUpProject(t), terminal, {}), 0)
  assert.deepEqual(printed, [
    'burst  A sudden spike',
    'smoke  Every endpoint once',
    '',
    'Limits are in thresholds/<script>.json and thresholds/production/<script>.json;',
    'guides: https://github.com/loadgate/loadgate/blob/main/docs/reference/scripts',
  ])
})
