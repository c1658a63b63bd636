// Builds dist/: each scripts/*.ts becomes one self-contained k6 script; the CLI and the gateway become Node programs.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { context, build as esbuild } from 'esbuild'
import { fetchModule, jslibSummary, readRecord } from './build/jslib.mjs'

const { values: options } = parseArgs({
  options: {
    watch: { type: 'boolean', default: false },
    // What plain `k6 run` prints at its end: the project's own summary, or Grafana's k6-summary (`jslib`).
    summary: { type: 'string', default: 'own' },
    // Another record of that module than build/jslib.json: a mirror, or another version.
    jslib: { type: 'string', default: 'build/jslib.json' },
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

/** k6 loads a bundle from an archive, without a network: nothing but k6's own modules may stay outside. */
const onlyK6Outside = {
  name: 'only-k6-outside',
  setup(build) {
    build.onResolve({ filter: /^(k6($|\/)|https?:)/ }, ({ path, importer }) =>
      path.startsWith('http')
        ? { errors: [{ text: `remote import ${path} in ${importer}: a bundle must be self-contained` }] }
        : path.startsWith('k6/x/')
          ? { errors: [{ text: `${path} needs a k6 built with an extension; stock k6 could not run this script` }] }
          : { path, external: true },
    )
  },
}

/** What k6's engine can run; it lacks these two in every version. */
const forK6 = {
  target: 'es2022',
  supported: { 'for-await': false, 'async-generator': false },
  platform: 'neutral',
  mainFields: ['module', 'main'],
}

/**
 * A VU pays for every function and object that a module makes when it loads (a validation library: 0.4 MB a VU), but
 * nothing for the body of a function that it never runs. So what only the first pass of a script needs, or only a failure,
 * is bundled on its own, and the bundle stands in the script as the body of a function that the first call runs.
 * Nothing of k6 can be imported there: k6's modules are there for the script as a whole only.
 */
const APART = {
  'lib/plan/first-pass.ts': ['firstPass', 'summarize'],
  'lib/redact.ts': ['redact'],
}
const modulesApart = {
  name: 'modules-apart',
  setup(build) {
    const files = Object.keys(APART).map((file) => file.replace(/[/.]/g, '[$&]').replaceAll('[/]', '[\\\\/]'))
    build.onLoad({ filter: new RegExp(`[\\\\/](${files.join('|')})$`) }, async ({ path }) => {
      const { outputFiles, metafile } = await esbuild({
        ...forK6,
        entryPoints: [path],
        bundle: true,
        format: 'cjs',
        // The map's paths are relative to this name; nothing is written.
        outfile: path.replace(/\.ts$/, '.js'),
        write: false,
        metafile: true,
        sourcemap: 'inline',
        logLevel: 'silent',
        plugins: presentation,
        banner: { js: 'const load = () => { const module = { exports: {} };' },
        footer: {
          js: [
            'return module.exports }; let loaded;',
            ...APART[relative('.', path).replaceAll('\\', '/')].map(
              (name) => `export function ${name}(...given) { loaded ??= load(); return loaded.${name}(...given) }`,
            ),
          ].join('\n'),
        },
      })
      return {
        contents: outputFiles[0].text,
        loader: 'js',
        watchFiles: Object.keys(metafile.inputs).map((file) => resolve(file)),
      }
    })
  },
}

/** As an object, every VU would make each limit of a thresholds file; a text stands in the compiled script once. */
const thresholdsAsText = {
  name: 'thresholds-as-text',
  setup(build) {
    build.onLoad({ filter: /[\\/]thresholds[\\/].*\.json$/ }, ({ path }) => {
      const written = readFileSync(path, 'utf8')
      try {
        return { contents: JSON.stringify(JSON.parse(written)), loader: 'text', watchFiles: [path] }
      } catch (error) {
        return { errors: [{ text: `${relative('.', path)}: expected JSON: ${error.message}` }] }
      }
    })
  },
}

/** Bytes of each script: what every VU runs when it loads it, and what stands apart. */
function sizesOf(metafile) {
  return Object.fromEntries(
    Object.entries(metafile.outputs).flatMap(([file, { bytes, inputs }]) => {
      const name = /^dist\/([\w-]+)\.js$/.exec(file)?.[1]
      const apart = Object.keys(APART).reduce((sum, module) => sum + (inputs[module]?.bytesInOutput ?? 0), 0)
      return name === undefined ? [] : [[name, { every_vu: bytes - apart, apart }]]
    }),
  )
}

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
  return /^.*?[.:](?= |$)/.exec(text)?.[0].replace(/[.:]$/, '') ?? text
}

const shared = { bundle: true, format: 'esm', outdir: 'dist', sourcemap: 'linked', logLevel: 'warning', legalComments: 'none' }
const builds = [
  {
    ...shared,
    entryPoints: scripts.map((name) => `scripts/${name}.ts`),
    ...forK6,
    minify: true,
    metafile: true,
    plugins: [onlyK6Outside, modulesApart, thresholdsAsText, manifest],
  },
  {
    ...shared,
    entryPoints: Object.fromEntries(
      [
        ['loadgate', 'cli/main.ts'],
        ['gateway', 'gateway/server.ts'],
        ['probe', 'cli/generator/probe-main.ts'],
      ].filter(([, f]) => existsSync(f)),
    ),
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node20',
    packages: 'external',
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
  } catch {
    // esbuild has printed file, line and reason.
    process.exitCode = 1
  } finally {
    await Promise.all(contexts.map((build) => build.dispose()))
  }
}
