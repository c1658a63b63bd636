import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { limitsSchema } from '../../../lib/gates/thresholds.ts'
import { type File, missingGates } from './missing-gates.ts'
import { type Mutation, mutate, mutation } from './mutation.ts'
import { property } from './property.ts'
import { asked, SCRIPTS, useful } from './script-in-node.ts'

const ROOT = new URL('../../../', import.meta.url).pathname
const FILE = '/somewhere/mine.json'
const textOf = (name: string): string => readFileSync(`${ROOT}thresholds/${name}.json`, 'utf8')
const windowsOf = (text: string): string[] => Object.keys((JSON.parse(text) as File).windows)
const name = fc.constantFrom(...SCRIPTS)

/** @param size settings, with which a run can be made large enough for any limit */
function gatedOrRefused(name: string, text: string, size: Readonly<Record<string, string>> = {}): string | undefined {
  const { options, message } = asked(name, { env: { THRESHOLDS: FILE, ...size }, files: { [FILE]: text } }, `${FILE}: `)
  if (options !== undefined) assert.deepEqual(missingGates(JSON.parse(text), options, windowsOf(textOf(name))), [])
  return message
}

property('every built-in thresholds file is gated whole', name, SCRIPTS.length * 2, (name) => {
  assert.equal(gatedOrRefused(name, textOf(name)), undefined)
})

const mutated = fc.record({ name, mutations: fc.array(mutation, { minLength: 1, maxLength: 2 }) })
property('a changed thresholds file is refused with file and key, or gated whole', mutated, 400, ({ name, mutations }) => {
  let text = textOf(name)
  const paths: string[][] = []
  for (const one of mutations.slice(0, 1)) {
    const changed = mutate(text, one)
    fc.pre(changed !== undefined)
    text = changed.text
    paths.push(changed.path)
  }
  const message = gatedOrRefused(name, text)
  // A window may be missed by its name, an endpoint by what is said of its window.
  if (message !== undefined)
    assert.ok(
      paths.some((path) => path.some((key) => message.includes(key))),
      message,
    )
})

property('two changes at once', mutated, 200, ({ name, mutations }) => {
  let text = textOf(name)
  for (const one of mutations) {
    const changed = one.how === 'twice' ? undefined : mutate(text, one)
    fc.pre(changed !== undefined)
    text = changed.text
  }
  gatedOrRefused(name, text)
})

const twice = fc.record({ name, pick: fc.nat(), value: fc.constantFrom<Mutation['value']>({}, 1e9, 'so', null) })
property('a key that stands twice is refused: JSON would forget the first', twice, 100, ({ name, pick, value }) => {
  const changed = mutate(textOf(name), { how: 'twice', pick, name: '', value })
  fc.pre(changed !== undefined)
  assert.match(
    gatedOrRefused(name, changed.text) ?? '',
    new RegExp(`${changed.path.join('.').replaceAll('*', '\\*').replace('$', '\\$')}: stands twice`),
  )
})

const splice = fc.record({
  name,
  at: fc.nat(),
  cut: fc.nat(6),
  put: fc.oneof(fc.constantFrom('', '"', ',', '{', '}', '//', '-', '0', 'e9', '\\', '\u0000'), fc.string({ maxLength: 4 })),
})
property('a file with broken text is refused, or what it says then is gated whole', splice, 250, ({ name, at, cut, put }) => {
  const text = textOf(name)
  const place = at % text.length
  gatedOrRefused(name, text.slice(0, place) + put + text.slice(place + cut))
})

const numbers = fc.record({ name, factor: fc.double({ min: 0, max: 20, noNaN: true }), seed: fc.nat() })
property('other limits are gated as they stand, or refused for want of samples', numbers, 100, ({ name, factor, seed }) => {
  let count = seed
  const text = JSON.stringify(JSON.parse(textOf(name)), (key, value) => {
    if (typeof value !== 'number') return value
    count += 1
    const scaled = count % 3 === 0 ? value * factor : value
    return /rate|share|goodput|excess/.test(key) ? Math.min(1, scaled) : Number.isInteger(value) ? Math.round(scaled) : scaled
  })
  gatedOrRefused(name, text)
})

const LARGE = { RATE: '600', DURATION: '60s', LIVES: '300', SERIES: '300' }
const added = fc.record({
  name,
  pick: fc.nat(),
  key: fc.constantFrom(...Object.keys(limitsSchema.entries)),
  value: fc.constantFrom(0, 0.5, 1, 50),
})
property('any limit that is put beside others is gated too, or refused', added, 150, ({ name, pick, key, value }) => {
  const file = JSON.parse(textOf(name)) as { windows: Record<string, Record<string, Record<string, unknown>>> }
  const all = Object.values(file.windows).flatMap((byEndpoint) => Object.values(byEndpoint))
  const limits = all[pick % all.length]
  fc.pre(limits !== undefined && !(key in limits))
  limits[key] = value
  gatedOrRefused(name, JSON.stringify(file), useful(name, LARGE))
})
