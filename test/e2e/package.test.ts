/** The package, as somebody meets it who has nothing but npm and k6: installed into an empty folder, with a script of their own. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { found } from '../../cli/k6/provision.ts'
import { thoroughly } from '../thorough.ts'
import { type Packed, pack } from './packed.ts'
import { startGateway } from './reference-gateway.ts'

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
/** A third of it is the command, a sixth the types. */
const MOST_BYTES = 1.2e6

/** A flow with an endpoint, a metric and a gate of its own. */
const FLOW = `import { endpoint, metric, plan } from 'loadgate'

const answers = metric({ name: 'answer_bytes', type: 'trend', unit: 'bytes', doc: 'Size of an answer.' })

const order = endpoint({
  name: 'order',
  method: 'GET',
  path: '/api/v1/resource/:id',
  values: { id: 'r-{0000..0099}' },
  expect: { status: [200], json: { id: '{id}' } },
  check: ({ body }) => {
    answers.add(body.length)
    return undefined
  },
})

export const { options, setup, teardown, handleSummary, run } = plan({
  name: 'orders',
  endpoints: [order],
  metrics: [answers],
  profiles: {
    smoke: { rate: 80, duration: 3 },
    ci: { rate: 100, duration: 20 },
    production: { rate: 2000, duration: 120 },
  },
  windows: ({ rate, duration }) => [{ name: 'steady', duration, mix: { order: 1 }, load: { model: 'open', rate } }],
  thresholds: {
    windows: { steady: { '*': { error_rate: 0.001, why: 'What the shop promises.' } } },
    metrics: { answer_bytes: { p95: 5000, why: 'An order is small.' } },
  },
})
`

interface Ran {
  code: number | null
  out: string
}

thoroughly('the package', { concurrency: 1 }, () => {
  let folder = ''
  let packed: Packed
  let project = ''
  const ran = async (program: string, words: readonly string[], cwd = project, env: NodeJS.ProcessEnv = {}): Promise<Ran> => {
    const { NODE_OPTIONS: _, npm_config_user_agent: __, ...own } = process.env
    const child = spawn(program, words, {
      cwd,
      env: { ...own, COLUMNS: '1000', PWD: cwd, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        out += chunk
      })
    const [code] = await once(child, 'close')
    return { code, out }
  }
  const npx = (...words: string[]): Promise<Ran> => ran('npx', ['--no-install', 'loadgate', ...words])
  const put = (name: string, content: string | object): void =>
    writeFileSync(join(project, name), typeof content === 'string' ? content : JSON.stringify(content))

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loadgate-package-'))
    packed = pack(folder)
    project = join(folder, 'project')
    mkdirSync(project)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('is small, and has what it needs and no more', () => {
    assert.ok(packed.unpackedSize < MOST_BYTES, `${packed.unpackedSize} bytes`)
    const odd = packed.files.filter((file) =>
      /\.map$|^(docs|test|lib|cli|gateway|scripts|bench|deploy)\/|^dist\/[^/]+\.js$/.test(file),
    )
    assert.deepEqual(odd, [])
    for (const file of [
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'dist/loadgate.mjs',
      'dist/lib/mod.js',
      'dist/lib/mod.d.ts',
      'build/k6-scripts.mjs',
    ])
      assert.ok(packed.files.includes(file), file)
  })

  it('runs from nothing by npx', async () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    const { code, out } = await ran(
      'npx',
      ['--yes', `--package=${packed.file}`, 'loadgate', 'run', 'smoke', '--profile', 'smoke'],
      empty,
    )
    // Whether a busy machine could measure is not the question here.
    assert.ok(code === 0 || code === 3, out)
    assert.match(out, /All \d+ gates held/)
    assert.match(out, /^(PASS|INVALID) /m)
  })

  it('is installed into an empty folder without a word about the Node that it runs on', async () => {
    put('package.json', { name: 'shop-load', private: true, type: 'module' })
    const { code, out } = await ran('npm', ['install', '--no-audit', '--no-fund', '--save-dev', packed.file])
    assert.equal(code, 0, out)
    assert.doesNotMatch(out, /EBADENGINE/)
  })

  it('refuses an old Node with a sentence', async () => {
    const old = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } })`
    const { code, out } = await ran(process.execPath, ['--import', old, 'node_modules/loadgate/dist/loadgate.mjs', 'list'])
    assert.equal(code, 2)
    assert.match(out, /^loadgate: expected Node\.js 20 or newer, found 18\.20\.4 at \S+\n$/)
  })

  it('types a script of the user’s own, and its mistakes', async () => {
    put('my-flow.ts', FLOW)
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      skipLibCheck: false,
      types: [],
    }
    put('tsconfig.json', { compilerOptions, files: ['my-flow.ts'] })
    const right = await ran(process.execPath, [TSC, '-p', '.'])
    assert.deepEqual([right.code, right.out], [0, ''])
    for (const [from, to, says] of [
      ['windows: { steady:', 'windows: { stedy:', /stedy/],
      ['metrics: { answer_bytes:', 'metrics: { answer_byte:', /answer_byte/],
      ['mix: { order: 1 }', 'mix: { order: "1" }', /string/],
      ["method: 'GET'", "method: 'GTE'", /GTE/],
    ] as const) {
      put('my-flow.ts', FLOW.replace(from, to))
      const wrong = await ran(process.execPath, [TSC, '-p', '.'])
      assert.notEqual(wrong.code, 0, to)
      assert.match(wrong.out, says)
    }
    put('my-flow.ts', FLOW)
  })

  it('builds it into one file, which plain k6 judges by itself', async (t) => {
    const { code, out } = await npx('build', './my-flow.ts')
    assert.deepEqual([code, /^my-flow {2}dist\/my-flow\.js {2}\d+ KB\n$/.test(out)], [0, true], out)
    const bundle = readFileSync(join(project, 'dist/my-flow.js'), 'utf8')
    assert.doesNotMatch(bundle, /sourceMappingURL/)
    assert.ok(!bundle.includes(folder), 'names the folder that it was built in')
    const k6 = (await found(process.env))?.path ?? assert.fail('there is no k6 here')
    const { url } = await startGateway(t)
    const k6Run = (...flags: string[]) =>
      ran(k6, ['run', '--quiet', '--address', 'localhost:0', ...flags, 'dist/my-flow.js'], project, {
        BASE_URL: url,
        PROFILE: 'smoke',
      })
    const right = await k6Run()
    assert.equal(right.code, 0, right.out)
    assert.doesNotMatch(right.out, /source map/i)
    put('strict.json', {
      windows: { steady: { '*': { error_rate: 0, why: 'w' } } },
      metrics: { answer_bytes: { p95: 10, why: 'Too little.' } },
    })
    const red = await k6Run('-e', 'THRESHOLDS=strict.json')
    assert.equal(red.code, 99, red.out)
  })

  it('runs it green, and sees it red', async () => {
    const green = await npx('run', './my-flow.ts', '--profile', 'smoke')
    assert.ok(green.code === 0 || green.code === 3, green.out)
    assert.match(green.out, /All \d+ gates held/)
    const red = await npx('run', './my-flow.ts', '--profile', 'smoke', '--fault', 'empty_object:endpoint=resource,share=0.2')
    assert.equal(red.code, 99, red.out)
    assert.match(red.out, /✗ +steady \/ order +failed checks/)
    const own = await npx('run', './my-flow.ts', '--profile', 'smoke', '--thresholds', 'strict.json')
    assert.equal(own.code, 99, own.out)
    assert.match(own.out, /✗ +answer_bytes +p95/)
  })

  it('takes limits from beside the script, and makes nothing where they are wrong', async () => {
    put('beside.ts', FLOW.replace(/ {2}thresholds: \{[\s\S]*?\n {2}\},\n/, ''))
    const limits = {
      $schema: './node_modules/loadgate/thresholds/schema.json',
      windows: { steady: { '*': { error_rate: 0.001, why: 'w' } } },
    }
    assert.ok(existsSync(join(project, limits.$schema)))
    put('beside.thresholds.json', { ...limits, windows: { stedy: limits.windows.steady } })
    const runs = readdirSync(join(project, 'results')).length
    const wrong = await npx('run', './beside.ts', '--profile', 'smoke')
    assert.equal(wrong.code, 2, wrong.out)
    assert.match(wrong.out, /^loadgate: beside\.thresholds\.json: windows\.stedy: .*did you mean "steady"/m)
    assert.equal(readdirSync(join(project, 'results')).length, runs, 'a results folder was made')
    put('beside.thresholds.json', limits)
    const right = await npx('run', './beside.ts', '--profile', 'smoke')
    assert.ok(right.code === 0 || right.code === 3, right.out)
    assert.match(right.out, /limits are from beside\.thresholds\.json|All \d+ gates held/)
  })

  it('says what cannot be bundled, with file and line, before anything is made', async () => {
    put('broken.ts', "import { plan } from 'loadgate'\nimport x from './gone.ts'\nimport y from 'node:fs'\nplan(x, y)\n")
    for (const command of ['run', 'build']) {
      const { code, out } = await npx(command, './broken.ts')
      assert.equal(code, 2, out)
      assert.match(out, /^loadgate: .*broken\.ts:2:\d+: .*gone\.ts.*broken\.ts:3:\d+: .*node:fs/m)
    }
    assert.ok(!existsSync(join(project, 'dist/broken.js')))
  })

  it('has a preset of esbuild that works from any folder', async () => {
    put(
      'bundle.mjs',
      `import { build } from 'esbuild'\nimport { k6Scripts } from 'loadgate/build'\nawait build({ ...k6Scripts(), entryPoints: [${JSON.stringify(join(project, 'my-flow.ts'))}], outdir: 'out' })\n`,
    )
    const elsewhere = join(project, 'elsewhere')
    mkdirSync(elsewhere)
    const { code, out } = await ran(process.execPath, ['../bundle.mjs'], elsewhere)
    assert.equal(code, 0, out)
    assert.equal(readFileSync(join(elsewhere, 'out/my-flow.js'), 'utf8'), readFileSync(join(project, 'dist/my-flow.js'), 'utf8'))
  })

  it('bundles the scripts that come along, and puts k6 on the PATH of a shell', async () => {
    const built = await npx('build', 'burst', 'smoke', '--out', 'scripts')
    assert.equal(built.code, 0, built.out)
    assert.deepEqual(readdirSync(join(project, 'scripts')).sort(), ['burst.js', 'smoke.js'])
    const k6 = await ran('bash', ['-c', 'eval "$(npx --no-install loadgate k6 --print-path)" && k6 inspect scripts/burst.js'])
    assert.equal(k6.code, 0, k6.out)
    assert.match(k6.out, /"loadgate\.plan\/\d+"/)
  })
})
