// Builds dist/: each scripts/*.ts becomes one self-contained k6 script; the CLI and the gateway become Node programs.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { context } from 'esbuild'

const { values: options } = parseArgs({ options: { watch: { type: 'boolean', default: false } } })

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
    target: 'es2022',
    // Every VU loads the whole bundle.
    minify: true,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    // k6's engine has neither, in any version.
    supported: { 'for-await': false, 'async-generator': false },
    plugins: [onlyK6Outside],
  },
  {
    ...shared,
    entryPoints: Object.fromEntries(
      [
        ['loadgate', 'cli/main.ts'],
        ['gateway', 'gateway/server.ts'],
      ].filter(([, f]) => existsSync(f)),
    ),
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node20',
    packages: 'external',
  },
]

for (const name of scripts)
  for (const folder of ['thresholds', 'thresholds/production'])
    if (!existsSync(`${folder}/${name}.json`)) throw new Error(`scripts/${name}.ts has no ${folder}/${name}.json`)

mkdirSync('dist', { recursive: true })
for (const file of readdirSync('dist'))
  if (/^[\w-]+\.js(\.map)?$/.test(file) && !scripts.includes(file.split('.')[0])) rmSync(`dist/${file}`)
const manifest = scripts.map((name) => ({ name, description: describe(name) }))
writeFileSync('dist/scripts.json', `${JSON.stringify(manifest, null, 2)}\n`)

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
