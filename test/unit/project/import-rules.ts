/** Which file may import which: the plan of the house as rules, checked by imports.test.ts. */

export interface Import {
  /** Path from the root of the project. */
  from: string
  /** Path from the root, or the name of a package as it is written. */
  to: string
  /** Gone when the program runs. */
  typeOnly: boolean
}

/** The folders of lib/ from the ground up. A file imports from its own folder and from floors below; folders of one floor do not know each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['base'],
  ['endpoint', 'windows'],
  ['metrics', 'rest', 'described'],
  ['jsonrpc', 'webhooks', 'refusals'],
  ['a2a'],
  ['target'],
  ['auth'],
  ['vu'],
  ['sse', 'websocket', 'monitor', 'benchmarks'],
  ['gates'],
  ['summary'],
  ['run'],
]
const SENDING = ['auth', 'vu', 'sse', 'websocket', 'monitor', 'benchmarks']
const JUDGING = ['gates', 'summary']
/** What endpoints ask and how their answers are checked. */
const ENDPOINTS = ['endpoint', 'rest', 'jsonrpc', 'a2a', 'webhooks', 'refusals']
/** What the library shows to whoever imports it. */
const FACE = 'lib/mod.ts'

/** A file that runs only inside k6, with k6's own modules: nothing else may import those, but for their types. */
const ONLY_IN_K6 = /^lib\/.*\.k6\.ts$/
const OF_K6 = /^k6(\/|$)/

/** A part of the house: the first folder of a path, and of lib/ the second. */
function partOf(file: string): string | undefined {
  const [first = '', second = ''] = file.split('/')
  if (first === 'lib') return file === FACE || FLOORS.some((floor) => floor.includes(second)) ? `lib/${second}` : undefined
  if (first === 'thresholds' || first === 'targets') return file.endsWith('.json') ? 'data' : undefined
  if (first === 'test') return second === 'hostile' ? 'hostile' : second.endsWith('.ts') ? 'tests' : undefined
  return ['gateway', 'bench', 'cli', 'scripts'].includes(first) ? first : undefined
}

const folderOf = (part: string): string | undefined => (part.startsWith('lib/') ? part.slice('lib/'.length) : undefined)
const floorOf = (folder: string): number => FLOORS.findIndex((floor) => floor.includes(folder))

function inLib(own: string, other: string): boolean {
  if (own === other) return true
  if (own === 'mod.ts') return !JUDGING.includes(other)
  if ((SENDING.includes(own) && JUDGING.includes(other)) || (JUDGING.includes(own) && SENDING.includes(other))) return false
  return other !== 'mod.ts' && floorOf(other) < floorOf(own)
}

/** Whether a file of one part may import one of another. */
function mayImport(from: string, own: string, to: string, other: string): boolean {
  const [folder, wanted] = [folderOf(own), folderOf(other)]
  if (folder !== undefined) return wanted === undefined ? own === 'lib/run' && other === 'data' : inLib(folder, wanted)
  switch (own) {
    case 'scripts':
      return wanted === undefined ? ['scripts', 'data'].includes(other) : !JUDGING.includes(wanted) && to !== FACE
    case 'bench':
    case 'cli':
      if (wanted === undefined) return other === own || other === 'data' || (own === 'bench' && other === 'cli')
      // The command shares with the scripts what is pure. What checks answers is one for k6 and for the control probe.
      return to !== FACE && (from === 'cli/generator/answer-check.ts' || !ENDPOINTS.includes(wanted))
    // What the hostile gateways have misread must not be misread here, and the reference gateway shares no code with what tests it.
    case 'hostile':
      return other === 'hostile' || (other === 'tests' && !from.startsWith('test/hostile/gateway/'))
    default:
      return own === other
  }
}

const isOurs = (path: string): boolean => /^(gateway|bench|cli|scripts|lib|thresholds|targets|test)\//.test(path)

/** One sentence for each import that points up, or out of its part. */
export function faultsOf(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to, typeOnly }) => {
    if (OF_K6.test(to)) {
      if (to.startsWith('k6/x/')) return [`${from} imports ${to}: stock k6 could not run it`]
      if (typeOnly && from.startsWith('lib/')) return []
      return ONLY_IN_K6.test(from) ? [] : [`${from} imports ${to}: only files of lib/ that are called *.k6.ts may`]
    }
    if (!isOurs(to)) return []
    const [own, other] = [partOf(from), partOf(to)]
    if (own === undefined) return [`${from} belongs to no part of the house`]
    if (other === undefined) return [`${from} imports ${to}, which belongs to no part of the house`]
    if (!mayImport(from, own, to, other)) return [`${from} (${own}) imports ${to} (${other}): that points up`]
    if (ONLY_IN_K6.test(to) && !typeOnly && own !== 'scripts' && from !== FACE && !ONLY_IN_K6.test(from))
      return [`${from} imports ${to}, which runs only in k6: whoever imports it is called *.k6.ts, too`]
    return []
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
