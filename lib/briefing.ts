/**
 * What the first pass of a script works out for the VUs. It crosses over as JSON texts, each read only when a VU needs it:
 * what every VU keeps, a thousand keep a thousand times.
 */
import type { AuthPlan } from './auth.ts'
import type { Prepared, Recipe } from './requests.ts'
import type { Settings } from './settings.ts'
import type { Target } from './target.ts'
import type { Window } from './workload.ts'

/** Of a window, what a VU needs to send its mix. */
export type Lane = Pick<Window, 'order' | 'perIteration' | 'think'>

export interface Briefing<S> {
  settings: Settings
  size: S
  /** Without `has`, which is no JSON: names of endpoints that are not there. */
  target: Omit<Target, 'has'> & { absent: readonly string[] }
  windows: readonly Window[]
  auth: AuthPlan
  lanes: Readonly<Record<string, Lane>>
  /** By endpoint. */
  recipes: Readonly<Record<string, Recipe>>
  requests: Readonly<Record<string, readonly Prepared[]>>
}

type Part = Exclude<keyof Briefing<unknown>, 'requests' | 'recipes'>

const recipeKey = (endpoint: string) => `recipe ${endpoint}`

/** As texts: first where each part is, then the parts; an endpoint's requests follow its recipe. */
export function toTexts(briefing: Briefing<unknown>): string[] {
  const { recipes, requests, ...parts } = briefing
  const places: Record<string, number> = {}
  const texts = ['']
  for (const [name, part] of Object.entries(parts)) places[name] = texts.push(JSON.stringify(part)) - 1
  for (const [endpoint, recipe] of Object.entries(recipes)) {
    places[recipeKey(endpoint)] = texts.push(JSON.stringify(recipe)) - 1
    for (const request of requests[endpoint] ?? []) texts.push(JSON.stringify(request))
  }
  texts[0] = JSON.stringify(places)
  return texts
}

/** Reads a briefing part by part; nothing is remembered, so whoever asks keeps what it needs. */
export interface BriefingReader<S> {
  read<K extends Part>(part: K): Briefing<S>[K]
  /** Undefined for an endpoint that this run has no requests for. */
  recipe(endpoint: string): Recipe | undefined
  /** Request number `index` of an endpoint. */
  request(endpoint: string, index: number): Prepared
}

export function readerOf<S>(textAt: (index: number) => string): BriefingReader<S> {
  const places = JSON.parse(textAt(0)) as Record<string, number>
  const at = (index: number | undefined) => (index === undefined ? undefined : JSON.parse(textAt(index)))
  return {
    read: (part) => at(places[part]),
    recipe: (endpoint) => at(places[recipeKey(endpoint)]),
    request: (endpoint, index) => at((places[recipeKey(endpoint)] ?? 0) + 1 + index),
  }
}
