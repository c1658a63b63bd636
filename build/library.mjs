// Compiles what the package has of lib/ and scripts/: JavaScript a file, so that what a script does not use stays out of its bundle,
// and the types that the face of the library shows.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'

const FACE = 'lib/mod.ts'
const isSource = (file) => /^(lib|scripts)\/.*\.ts$/.test(file)
/** In dist/, data stands one folder higher than in the sources. */
const placed = (specifier) => (specifier.endsWith('.json') ? `../${specifier}` : specifier.replace(/\.ts$/, '.js'))

/** esbuild plugin: every import of a file stays an import, of the compiled file. */
const importsStay = {
  name: 'imports-stay',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'entry-point' ? undefined : { path: path.startsWith('.') ? placed(path) : path, external: true },
    )
  },
}

/** esbuild plugin for the programs of Node: what they share with the scripts is in the package once. */
export const libraryOutside = (entries) => ({
  name: 'library-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir }) => {
      const file = relative('.', resolve(resolveDir, path))
      if (!file.startsWith('lib/')) return undefined
      entries.add(file)
      return { path: `./${file.replace(/\.ts$/, '.js')}`, external: true }
    })
  },
})

/** All files of ours that these stand on. */
async function reached(entryPoints, options) {
  const { metafile } = await build({ ...options, entryPoints, outdir: 'dist', write: false, metafile: true })
  return Object.keys(metafile.inputs)
}

/** rollup plugin: a declaration names the source of another one. */
const declarationsOf = (made) => ({
  name: 'declarations',
  resolveId: (specifier, importer) =>
    specifier.startsWith('.') ? join(importer ? dirname(importer) : made, specifier.replace(/(\.d)?\.ts$/, '.d.ts')) : null,
})

/** Types that are inferred from schemas are deep: a sixth of their text is indentation, and 800 times they name the library of schemas. */
const shortened = (text) =>
  text
    .replaceAll(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4))
    .replaceAll(/\bvalibot\.|(?<=\* as )valibot\b/g, (name) => name.replace('valibot', 'v'))

/** Declarations of the face and of what it shows, in one file: a schema has hundreds, of which a script sees a few. */
async function writeTypes(folder) {
  const made = mkdtempSync(join(tmpdir(), 'loadgate-types-'))
  try {
    const config = {
      extends: resolve('lib/tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        rootDir: resolve('.'),
        outDir: made,
        typeRoots: [resolve('node_modules/@types')],
      },
      files: [FACE, 'lib/base/k6-globals.d.ts'].map((file) => resolve(file)),
      include: [],
    }
    writeFileSync(join(made, 'tsconfig.json'), JSON.stringify(config))
    await promisify(execFile)(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', made]).catch(
      ({ stdout, message }) => {
        throw new Error(stdout || message)
      },
    )
    // Only who packs waits for these: they load a whole compiler.
    const [{ rollup }, { dts }] = await Promise.all([import('rollup'), import('rollup-plugin-dts')])
    const face = join(folder, FACE.replace(/\.ts$/, '.d.ts'))
    const all = await rollup({
      input: join(made, FACE.replace(/\.ts$/, '.d.ts')),
      external: (specifier) => !/^[./]/.test(specifier),
      plugins: [declarationsOf(made), dts()],
    })
    await all.write({ file: face })
    writeFileSync(face, shortened(readFileSync(face, 'utf8')))
  } finally {
    rmSync(made, { recursive: true })
  }
}

/**
 * Writes dist/lib/ and dist/scripts/.
 * @param scripts names
 * @param k6 options of a k6 bundle
 * @param more further files of lib/ that programs of Node need
 */
export async function writeLibrary(scripts, k6, more) {
  for (const folder of ['dist/lib', 'dist/scripts']) rmSync(folder, { recursive: true, force: true })
  // What stands apart in a bundle is followed as a part of it here.
  const { plugins: _, ...follow } = k6
  const entries = [...scripts.map((name) => `scripts/${name}.ts`), FACE, ...more]
  const files = await reached(entries, { ...follow, external: ['k6', 'k6/*', 'jslib:*'] })
  await build({
    entryPoints: files.filter(isSource),
    outbase: '.',
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [importsStay],
  })
  await writeTypes('dist')
}
