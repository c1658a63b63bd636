/** The files that init writes: the target, limits, jobs for CI, and how to go on. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import type { Thresholds } from '../../lib/gates/thresholds.ts'
import type { TargetFile } from '../../lib/target/target.ts'
import { messageOf } from '../base/errors.ts'
import type { Project } from '../base/project.ts'
import { githubWorkflow, gitlabJob } from './ci-jobs.ts'
import { allowing, SCRIPTS, secretsBefore, TARGET, thresholdsFile } from './commands.ts'

/** By path from the folder that they are written into. */
export type Files = Readonly<Record<string, string>>

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Schemas lie beside the files that they are of: an editor finds them wherever the folder goes, installed or not. */
const SCHEMA = { target: 'loadgate/target.schema.json', thresholds: 'loadgate/thresholds/schema.json' } as const
const schemaOf = (project: Project, folder: 'targets' | 'thresholds'): string =>
  readFileSync(join(project.root, folder, 'schema.json'), 'utf8')
const beside = (schema: string): string => `./${basename(schema)}`

/** The built-in limits without those on endpoints that this gateway does not have. */
function thresholdsOf(project: Project, script: string): string {
  const { $schema: _, ...limits } = JSON.parse(
    readFileSync(join(project.root, 'thresholds', `${script}.json`), 'utf8'),
  ) as Thresholds
  const windows = Object.fromEntries(Object.entries(limits.windows).map(([window, { '*': all = {} }]) => [window, { '*': all }]))
  return json({ $schema: beside(SCHEMA.thresholds), ...limits, windows })
}

const readme = (target: TargetFile): string => {
  const before = secretsBefore(target)
  const after = allowing(target)
  return `# Load tests of ${target.name.replace(/[^\w .,:()/-]/g, ' ')}

1. \`${before}npx loadgate check --target ${TARGET}${after}\` sends each endpoint once and shows what its checks would not notice.
2. \`${before}npx loadgate run smoke --target ${TARGET}${after}\` is a short load; \`http\` and \`burst\` are the long ones.
3. Endpoints, values and expectations stand in \`target.json\`; what users send, by weight, in its \`mix\`.
4. Limits stand in \`thresholds/\`: \`--thresholds ${thresholdsFile('http')}\` with \`run http\`.
5. CI: \`.github/workflows/loadgate.yml\` is started by hand; \`gitlab-ci.yml\` is there to be included.
`
}

export const filesOf = (project: Project, target: TargetFile): Files => ({
  [TARGET]: json({ $schema: beside(SCHEMA.target), ...target }),
  ...Object.fromEntries(SCRIPTS.map((script) => [thresholdsFile(script), thresholdsOf(project, script)])),
  'loadgate/README.md': readme(target),
  [SCHEMA.target]: schemaOf(project, 'targets'),
  [SCHEMA.thresholds]: schemaOf(project, 'thresholds'),
  'loadgate/gitlab-ci.yml': gitlabJob(project.version, target),
  '.github/workflows/loadgate.yml': githubWorkflow(project.version, target),
})

/** @throws UsageError where one of them is there already: nothing is written then */
export function checkFree(files: readonly string[], folder: string): void {
  const there = files.filter((file) => existsSync(join(folder, file)))
  if (there.length > 0)
    throw new UsageError(
      `${there.join(', ')} ${there.length === 1 ? 'is' : 'are'} there already, and nothing was written; move ${there.length === 1 ? 'it' : 'them'} away, or write elsewhere with --out`,
    )
}

export function writeFiles(files: Files, folder: string): void {
  checkFree(Object.keys(files), folder)
  for (const [file, text] of Object.entries(files))
    try {
      const path = join(folder, file)
      mkdirSync(dirname(path), { recursive: true })
      // Not even one that came in between.
      writeFileSync(path, text, { flag: 'wx' })
    } catch (error) {
      throw new UsageError(`--out: cannot write ${join(folder, file)}: ${messageOf(error)}`)
    }
}
