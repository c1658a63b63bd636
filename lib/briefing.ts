/**
 * What the first pass of a script works out for the VUs. It crosses over as JSON texts, each read only when a VU needs it:
 * what every VU keeps, a thousand keep a thousand times.
 */
import type { AuthPlan } from './auth.ts'
import type { Lane } from './lane.ts'
import type { Prepared, Recipe } from './requests.ts'
import type { Settings } from './settings.ts'
import type { Target } from './target.ts'
import type { Window } from './workload.ts'

export interface Briefing<S> {
  settings: Settings
  size: S
  /** Without `has`, which is no JSON: names of endpoints that are not there. */
  target: Omit<Target, 'has'> & { absent: readonly string[] }
  windows: readonly Window[]
  auth: AuthPlan
  lanes: Readonly<Record<string, Lane>>
  /** For the pass that writes the summary; nobody else reads it. */
  summary: unknown
  /** By endpoint. */
  recipes: Readonly<Record<string, Recipe>>
  requests: Readonly<Record<string, readonly Prepared[]>>
}

type Part = Exclude<keyof Briefing<unknown>, 'requests' | 'recipes'>

/**
 * Requests of an endpoint by what they consist of: lists of texts take a VU a tenth of the memory that as many objects would.
 * A list that would say nothing is left out.
 */
export interface Columns {
  url: readonly string[]
  body?: readonly (string | null)[]
  pieces?: readonly (NonNullable<Prepared['pieces']> | null)[]
  expect?: readonly (string | null)[]
  /** Which of the recipe's sets of headers each carries; without it, all carry the first. */
  set?: readonly number[]
}

function columnsOf(requests: readonly Prepared[]): Columns {
  const column = <K extends 'body' | 'pieces' | 'expect'>(key: K) =>
    requests.some((request) => request[key] !== undefined) ? { [key]: requests.map((request) => request[key] ?? null) } : {}
  return {
    url: requests.map(({ url }) => url),
    ...column('body'),
    ...column('pieces'),
    ...column('expect'),
    ...(requests.some(({ set }) => set !== 0) ? { set: requests.map(({ set }) => set) } : {}),
  }
}

const recipeKey = (endpoint: string) => `recipe ${endpoint}`

/** As texts: first where each part is, then the parts; an endpoint's requests follow its recipe. */
export function toTexts(briefing: Briefing<unknown>): string[] {
  const { recipes, requests, ...parts } = briefing
  const places: Record<string, number> = {}
  const texts = ['']
  for (const [name, part] of Object.entries(parts)) places[name] = texts.push(JSON.stringify(part)) - 1
  for (const [endpoint, recipe] of Object.entries(recipes)) {
    places[recipeKey(endpoint)] = texts.push(JSON.stringify(recipe)) - 1
    texts.push(JSON.stringify(columnsOf(requests[endpoint] ?? [])))
  }
  texts[0] = JSON.stringify(places)
  return texts
}

/** Reads a briefing part by part; nothing is remembered, so whoever asks keeps what it needs. */
export interface BriefingReader<S> {
  read<K extends Part>(part: K): Briefing<S>[K]
  /** Undefined for an endpoint that this run has no requests for. */
  recipe(endpoint: string): Recipe | undefined
  /** What an endpoint with a recipe sends. */
  requests(endpoint: string): Columns
}

export function readerOf<S>(textAt: (index: number) => string): BriefingReader<S> {
  const places = JSON.parse(textAt(0)) as Record<string, number>
  const at = (index: number | undefined) => (index === undefined ? undefined : JSON.parse(textAt(index)))
  return {
    read: (part) => at(places[part]),
    recipe: (endpoint) => at(places[recipeKey(endpoint)]),
    requests: (endpoint) => at((places[recipeKey(endpoint)] ?? Number.NaN) + 1),
  }
}
