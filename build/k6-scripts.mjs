// How a k6 script is bundled: one self-contained file that costs a VU as little as can be. `loadgate/build` is this file.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The package that this file is in, wherever it is called from. */
const packageFolder = (() => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
})()
/** Holds `lib/`: its sources in the repository, compiled in the package. */
const libParent = existsSync(join(packageFolder, 'lib')) ? packageFolder : join(packageFolder, 'dist')
const extension = libParent === packageFolder ? 'ts' : 'js'

/** What a script calls `loadgate` is this very package: the one that is installed beside it may be another version, or none. */
const thisLoadgate = {
  name: 'this-loadgate',
  setup(build) {
    build.onResolve({ filter: /^loadgate$/ }, () => ({ path: join(libParent, 'lib', `mod.${extension}`), sideEffects: false }))
  },
}

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
  'lib/run/first-pass': ['firstPass', 'summarize', 'requireAsked'],
  'lib/base/escape': ['visible'],
  'lib/base/redact': ['quoted', 'excerpt'],
  'lib/base/retry-after': ['retryAfter'],
  'lib/described/endpoint': ['describedEndpoint'],
}
/** A module's name in APART. */
const nameOf = (path) =>
  relative(libParent, path)
    .replaceAll('\\', '/')
    .replace(/\.[jt]s$/, '')

const modulesApart = (presentation) => ({
  name: 'modules-apart',
  setup(build) {
    build.onLoad({ filter: /[\\/]lib[\\/].*\.[jt]s$/ }, async ({ path }) => {
      const exported = APART[nameOf(path)]
      if (exported === undefined) return undefined
      const { outputFiles, metafile } = await build.esbuild.build({
        ...forK6,
        entryPoints: [path],
        bundle: true,
        format: 'cjs',
        // The map's paths are relative to this name; nothing is written.
        outfile: path.replace(/\.[jt]s$/, '.apart.js'),
        write: false,
        metafile: true,
        sourcemap: build.initialOptions.sourcemap ? 'inline' : false,
        logLevel: 'silent',
        plugins: presentation,
        banner: { js: 'const load = () => { const module = { exports: {} };' },
        footer: {
          js: [
            'return module.exports }; let loaded;',
            ...exported.map((name) => `export function ${name}(...given) { loaded ??= load(); return loaded.${name}(...given) }`),
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
})

/** As an object, every VU would make each limit of a thresholds file; a text stands in the compiled script once. */
const thresholdsAsText = {
  name: 'thresholds-as-text',
  setup(build) {
    build.onLoad({ filter: /([\\/]thresholds[\\/].*|\.thresholds)\.json$/, namespace: 'file' }, ({ path }) => {
      const written = readFileSync(path, 'utf8')
      try {
        return { contents: JSON.stringify(JSON.parse(written)), loader: 'text', watchFiles: [path] }
      } catch (error) {
        return { errors: [{ text: `${relative('.', path)}: expected JSON: ${error.message}` }] }
      }
    })
  },
}

const SCRIPT = /\.([cm]?[jt]s)$/

/** Paths of what is bundled, however esbuild was told them. */
function entriesOf({ entryPoints = [], absWorkingDir = '.' }) {
  const written = Array.isArray(entryPoints) ? entryPoints : Object.values(entryPoints)
  return new Set(written.map((entry) => resolve(absWorkingDir, typeof entry === 'string' ? entry : entry.in)))
}

/** `my-flow.thresholds.json` beside `my-flow.ts` are its limits, without a word in the script. */
const thresholdsBeside = {
  name: 'thresholds-beside',
  setup(build) {
    const NAME = 'loadgate:thresholds-beside'
    const entries = entriesOf(build.initialOptions)
    const besideOf = (path) => path.replace(SCRIPT, '.thresholds.json')
    build.onLoad({ filter: SCRIPT }, ({ path }) => {
      if (!entries.has(path) || !existsSync(besideOf(path))) return undefined
      const loader = SCRIPT.exec(path)[1].replace(/^[cm]/, '')
      // At the end, so that no line moves: imports run before what imports them, wherever they stand.
      return { contents: `${readFileSync(path, 'utf8')}\nimport ${JSON.stringify(NAME)}`, loader, watchFiles: [besideOf(path)] }
    })
    build.onResolve({ filter: new RegExp(`^${NAME}$`) }, ({ importer }) => ({
      path: besideOf(importer),
      namespace: NAME,
      sideEffects: true,
    }))
    // `plan()` looks for it; as text it costs a VU nothing.
    build.onLoad({ filter: /.*/, namespace: NAME }, ({ path }) => ({
      contents: `import text from ${JSON.stringify(path)}\nglobalThis.LOADGATE_THRESHOLDS = { text, file: ${JSON.stringify(relative('.', path))} }`,
      resolveDir: dirname(path),
    }))
  },
}

/** Bytes of each script: what every VU runs when it loads it, and what stands apart. */
export function sizesOf(metafile) {
  return Object.fromEntries(
    Object.entries(metafile.outputs).flatMap(([file, { bytes, inputs }]) => {
      const name = /^dist\/([\w-]+)\.js$/.exec(file)?.[1]
      const apart = Object.keys(APART).reduce((sum, module) => sum + (inputs[`${module}.${extension}`]?.bytesInOutput ?? 0), 0)
      return name === undefined ? [] : [[name, { every_vu: bytes - apart, apart }]]
    }),
  )
}

/**
 * Options of esbuild for scripts that k6 runs.
 * @param presentation plugins for what prints the summary
 */
export const k6Scripts = ({ presentation = [], plugins = [] } = {}) => ({
  ...forK6,
  bundle: true,
  format: 'esm',
  minify: true,
  metafile: true,
  // A line that names a map which is not there makes k6 warn, and k6-operator takes that warning for a broken script.
  sourcemap: false,
  logLevel: 'warning',
  legalComments: 'none',
  loader: { '.csv': 'text', '.txt': 'text' },
  plugins: [thisLoadgate, onlyK6Outside, modulesApart(presentation), thresholdsAsText, thresholdsBeside, ...plugins],
})
