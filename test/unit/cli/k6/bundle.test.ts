import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { Project } from '../../../../cli/base/project.ts'
import { sourceOf } from '../../../../cli/k6/bundle.ts'
import { folderOf } from '../made-up-project.ts'

test('a script is bundled from where the options of the bundle look for the library', (t) => {
  const root = folderOf(t)
  const project = { root } as Project
  const put = (file: string): string => {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '')
    return join(root, file)
  }
  const compiled = put('dist/scripts/burst.js')
  assert.equal(sourceOf(project, 'burst'), compiled, 'the package has nothing else')
  // `npm pack` leaves what it compiled in a checkout.
  const written = put('scripts/burst.ts')
  assert.equal(sourceOf(project, 'burst'), written)
})
