/** Which file may import which: the plan of the house as rules, checked by imports.test.ts. */

export interface Import {
  /** Path from the root of the project. */
  from: string
  /** Path from the root, or the name of a package as it is written. */
  to: string
  /** Gone when the program runs. */
  typeOnly: boolean
}

/** A part of the house, from the ground up. A file belongs to the first part that names it. */
const PARTS: readonly { name: string; files: RegExp; mayImport: readonly string[] }[] = [
  { name: 'gateway', files: /^gateway\//, mayImport: ['gateway'] },
  // What those have misread must not be misread here.
  { name: 'hostile', files: /^test\/hostile\//, mayImport: ['hostile', 'tests'] },
  { name: 'tests', files: /^test\/thorough\.ts/, mayImport: [] },
  { name: 'bench', files: /^bench\//, mayImport: ['bench', 'cli', 'ground', 'core', 'summary', 'model'] },
  // What judges answers is one for k6 and for the control probe.
  { name: 'probe', files: /^cli\/generator\/judging\.ts/, mayImport: ['cli', 'endpoints', 'ground', 'core'] },
  // What the command shares with the scripts is pure: settings, errors, the default target, gates, the summary and its wording.
  { name: 'cli', files: /^cli\//, mayImport: ['cli', 'probe', 'gates', 'ground', 'core', 'summary', 'model', 'data'] },
  { name: 'data', files: /^(thresholds|targets)\/.*\.json$/, mayImport: [] },
  { name: 'scripts', files: /^scripts\//, mayImport: ['scripts', 'data', 'ground', 'endpoints', 'core', 'transport', 'binding'] },
  // What the library shows to who imports it.
  {
    name: 'face',
    files: /^lib\/mod\.ts/,
    mayImport: ['binding', 'transport', 'metrics', 'core', 'endpoints', 'ground', 'data'],
  },
  { name: 'endpoints', files: /^lib\/(endpoints\/|jsonrpc\.ts)/, mayImport: ['endpoints', 'ground'] },
  { name: 'metrics', files: /^lib\/metrics\.ts/, mayImport: ['ground', 'core'] },
  {
    name: 'transport',
    files: /^lib\/(transport\/|context\.ts)/,
    mayImport: ['transport', 'metrics', 'core', 'endpoints', 'ground'],
  },
  // A gate and its result are words that every part uses: they stand on nothing.
  { name: 'model', files: /^lib\/summary\/model\.ts/, mayImport: [] },
  { name: 'gates', files: /^lib\/gates\//, mayImport: ['gates', 'core', 'ground', 'model'] },
  { name: 'summary', files: /^lib\/summary\//, mayImport: ['summary', 'gates', 'core', 'endpoints', 'ground', 'model'] },
  {
    name: 'binding',
    files: /^lib\/(plan\.ts|plan\/)/,
    mayImport: ['binding', 'summary', 'gates', 'transport', 'metrics', 'core', 'endpoints', 'ground', 'model', 'data'],
  },
  // Reading settings, words, numbers: what any part may stand on, and what stands on nothing but itself.
  {
    name: 'ground',
    files:
      /^lib\/(disguise|duration|errors|escape|event-stream|held-stream|markup|mix|nearest|outcome|random|redact|schema|settings|target\/value-range|trend)\.ts/,
    mayImport: ['ground'],
  },
  // All else in lib/ is pure too, and stands on the ground and the endpoints: target, workload, authorization, sockets, the monitor.
  { name: 'core', files: /^lib\//, mayImport: ['core', 'endpoints', 'ground', 'model'] },
]

/** The only files that run inside k6 with k6's own modules; the types of those any file may use. */
const K6 = /^k6(\/|$)/
const MAY_RUN_K6 = /^lib\/(transport\/|metrics\.ts|plan\.ts)/

const partOf = (file: string) => PARTS.find(({ files }) => files.test(file))
const isOurs = (path: string): boolean => /^(gateway|bench|cli|scripts|lib|thresholds|targets|test)\//.test(path)

/** One sentence for each import that points up, or out of its part. */
export function faultsOf(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to, typeOnly }) => {
    if (K6.test(to)) {
      if (to.startsWith('k6/x/')) return [`${from} imports ${to}: stock k6 could not run it`]
      if (typeOnly && from.startsWith('lib/')) return []
      return MAY_RUN_K6.test(from)
        ? []
        : [`${from} imports ${to}: only lib/transport/, lib/metrics/metrics.k6.ts and lib/run/plan.k6.ts may`]
    }
    if (!isOurs(to)) return []
    const [own, other] = [partOf(from), partOf(to)]
    if (own === undefined) return [`${from} belongs to no part of the house`]
    if (other === undefined) return [`${from} imports ${to}, which belongs to no part of the house`]
    return own.mayImport.includes(other.name) ? [] : [`${from} (${own.name}) imports ${to} (${other.name}): that points up`]
  })
}

/** Files that import each other in a circle, each circle once. */
export function circlesOf(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>()
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to])
  const circles: string[][] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file)
    if (at >= 0) circles.push([...path.slice(at), file])
    if (at >= 0 || done.has(file)) return
    for (const to of next.get(file) ?? []) visit(to, [...path, file])
    done.add(file)
  }
  for (const file of next.keys()) visit(file, [])
  return circles
}
