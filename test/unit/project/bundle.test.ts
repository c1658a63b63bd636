/** What may stand outside of a bundle that k6 runs: k6's own modules, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BuildFailure, build } from 'esbuild'
import { k6Scripts } from '../../../build/k6-scripts.mjs'

const bundle = (contents: string) =>
  build({
    ...k6Scripts(),
    stdin: { contents, resolveDir: 'scripts', sourcefile: 'scripts/own.ts' },
    outfile: 'own.js',
    write: false,
    logLevel: 'silent',
  })

test("k6's own modules are left to k6", async () => {
  const { metafile } = await bundle(
    `import http from 'k6/http'; import { sleep } from 'k6'; export default () => sleep(http.get('').status)`,
  )
  const outside = Object.values(metafile?.outputs ?? {}).flatMap(({ imports }) => imports.filter(({ external }) => external))
  assert.deepEqual(outside.map(({ path }) => path).sort(), ['k6', 'k6/http'])
})

for (const [path, says] of [
  ['no-such-package', /Could not resolve "no-such-package"/],
  ['./no-such-file.ts', /Could not resolve ".\/no-such-file.ts"/],
  ['node:fs', /Could not resolve "node:fs"/],
  ['https://jslib.k6.io/x/1.0.0/index.js', /a bundle must be self-contained/],
  ['k6/x/sse', /stock k6 could not run this script/],
] as const)
  test(`an import of ${path} fails the build`, async () => {
    await assert.rejects(bundle(`import all from '${path}'; export default () => all`), ({ errors }: BuildFailure) => {
      assert.match(errors[0]?.text ?? '', says)
      return true
    })
  })
