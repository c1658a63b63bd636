// Builds dist/: each scripts/*.ts becomes one self-contained k6 script; the CLI and the gateway become Node programs.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { context } from 'esbuild'
import { fetchModule, jslibSummary, readRecord } from './build/jslib.mjs'
import { k6Scripts, sizesOf } from './build/k6-scripts.mjs'
import { libraryOutside, writeLibrary } from './build/library.mjs'

const { values: options } = parseArgs({
  options: {
    watch: { type: 'boolean', default: false },
    // What plain `k6 run` prints at its end: the project's own summary, or Grafana's k6-summary (`jslib`).
    summary: { type: 'string', default: 'own' },
    // Another record of that module than build/jslib.json: a mirror, or another version.
    jslib: { type: 'string', default: 'build/jslib.json' },
    // What npm packs: the library compiled, the programs small. Scripts are bundled where they are run.
    package: { type: 'boolean', default: false },
  },
})
if (!['own', 'jslib'].includes(options.summary)) {
  console.error(`build: --summary is own or jslib, not ${JSON.stringify(options.summary)}`)
  process.exit(1)
}

/** Before anything in dist/ is touched: without the module there is nothing to build. */
const presentation = []
if (options.summary === 'jslib')
  try {
    const { file } = await fetchModule(readRecord(options.jslib), '.cache/jslib')
    presentation.push(jslibSummary(file))
  } catch (error) {
    console.error(`build: ${error.message}`)
    process.exit(1)
  }

const scripts = readdirSync('scripts')
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort()

/** `dist/scripts.json`: what there is to run, what it proves, and its size. */
const manifest = {
  name: 'manifest',
  setup(build) {
    build.onEnd(({ errors, metafile }) => {
      if (errors.length > 0) return
      const sizes = sizesOf(metafile)
      const listed = scripts.map((name) => ({ name, description: describe(name), bytes: sizes[name] }))
      writeFileSync('dist/scripts.json', `${JSON.stringify(listed, null, 2)}\n`)
    })
  },
}

/** The first sentence of a script's leading comment is its description in `loadgate list`. */
function describe(name) {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(`scripts/${name}.ts`, 'utf8'))?.[1]
  const text = comment
    ?.replace(/^\s*\* ?/gm, '')
    .replace(/\s+/g, ' ')
    .trim()
  if (!text) throw new Error(`scripts/${name}.ts: expected a leading /** … */ comment that says what the script proves`)
  return /^.*?\.(?= |$)/.exec(text)?.[0].slice(0, -1) ?? text
}

/** Files of lib/ that the programs of Node share with the scripts. */
const sharedFiles = new Set()
/** esbuild plugin: a program that is imported only once it is known to run stays a file of its own. */
const programsApart = {
  name: 'programs-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/command\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './command.mjs', external: true } : undefined,
    )
  },
}

const shared = { bundle: true, format: 'esm', outdir: 'dist', sourcemap: 'linked', logLevel: 'warning', legalComments: 'none' }
const builds = [
  {
    ...k6Scripts({ presentation, plugins: [manifest] }),
    entryPoints: scripts.map((name) => `scripts/${name}.ts`),
    outdir: 'dist',
  },
  {
    ...shared,
    entryPoints: Object.fromEntries(
      [
        ['loadgate', 'cli/main.ts'],
        ['command', 'cli/command.ts'],
        ['gateway', 'gateway/main.ts'],
        ['probe', 'cli/generator/probe-main.ts'],
      ].filter(([, f]) => existsSync(f)),
    ),
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node20',
    packages: 'external',
    plugins: [programsApart, ...(options.package ? [libraryOutside(sharedFiles)] : [])],
    ...(options.package ? { minify: true, sourcemap: false } : {}),
  },
  {
    ...shared,
    // The script and the style of report.html, which stand in it as text.
    entryPoints: ['cli/report/page/page.ts'],
    outdir: 'dist/report',
    format: 'iife',
    minify: true,
    platform: 'browser',
    target: 'es2022',
    sourcemap: false,
  },
]

for (const name of scripts)
  for (const folder of ['thresholds', 'thresholds/production'])
    if (!existsSync(`${folder}/${name}.json`)) throw new Error(`scripts/${name}.ts has no ${folder}/${name}.json`)

mkdirSync('dist', { recursive: true })
for (const file of readdirSync('dist'))
  if (/^[\w-]+\.js(\.map)?$/.test(file) && !scripts.includes(file.split('.')[0])) rmSync(`dist/${file}`)

const contexts = await Promise.all(builds.map((build) => context(build)))
if (options.watch) {
  await Promise.all(contexts.map((build) => build.watch()))
  console.log('watching scripts/, lib/, cli/ and gateway/ …')
} else {
  try {
    await Promise.all(contexts.map((build) => build.rebuild()))
    if (options.package) await writeLibrary(scripts, k6Scripts(), sharedFiles)
  } catch {
    // esbuild has printed file, line and reason.
    process.exitCode = 1
  } finally {
    await Promise.all(contexts.map((build) => build.dispose()))
  }
}
