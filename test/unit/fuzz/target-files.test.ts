import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { type File, missingGates } from './missing-gates.ts'
import { mutate, mutation } from './mutation.ts'
import { property } from './property.ts'
import { asked, SCRIPTS } from './script-in-node.ts'

const ROOT = new URL('../../../', import.meta.url).pathname
const FILE = '/somewhere/gateway.json'
const SECRET = 'planted-4f1c9a'
const TARGETS = ['reference', 'agentcore'].map((name) => {
  const target = JSON.parse(readFileSync(`${ROOT}targets/${name}.json`, 'utf8')) as { base_url: string; auth: object }
  const credentials = { username: 'loadtest', password: SECRET, client_id: 'loadtest', client_secret: SECRET }
  return JSON.stringify({ ...target, base_url: 'http://127.0.0.1:8080', auth: { ...target.auth, ...credentials } })
})

/** Only what the target does not have may go without a gate. */
function gatedOrRefused(name: string, text: string): string | undefined {
  const { options, message } = asked(
    name,
    { env: { TARGET: FILE }, files: { [FILE]: text } },
    `${FILE}: `,
    // What the script can do nothing with.
    'target ',
    'setting ',
    `thresholds/${name}.json: `,
    `script ${name}: `,
  )
  if (options !== undefined) {
    const { windows, ...rest } = JSON.parse(readFileSync(`${ROOT}thresholds/${name}.json`, 'utf8')) as File
    const sent = (window: string, endpoint: string): boolean =>
      endpoint === '*' ||
      Object.keys(options.thresholds).some((selector) => selector.startsWith(`http_reqs{name:${endpoint},scenario:${window}`))
    const left = Object.entries(windows).map(([window, byEndpoint]) => [
      window,
      Object.fromEntries(Object.entries(byEndpoint).filter(([endpoint]) => sent(window, endpoint))),
    ])
    const metrics = Object.entries(rest.metrics ?? {}).filter(([metric]) =>
      Object.keys(options.thresholds).some((selector) => selector.startsWith(metric)),
    )
    const file = { ...rest, windows: Object.fromEntries(left), metrics: Object.fromEntries(metrics) }
    assert.deepEqual(missingGates(file, options, Object.keys(windows)), [])
  }
  assert.ok(!message?.includes(SECRET), message)
  return message
}

const mutated = fc.record({ name: fc.constantFrom(...SCRIPTS), text: fc.constantFrom(...TARGETS), change: mutation })
property('a changed target file is refused, or what it has is gated whole', mutated, 250, ({ name, text, change }) => {
  const changed = mutate(text, change)
  fc.pre(changed !== undefined)
  gatedOrRefused(name, changed.text)
})

const broken = fc.record({
  name: fc.constantFrom(...SCRIPTS),
  text: fc.constantFrom(...TARGETS),
  at: fc.nat(),
  cut: fc.nat(6),
  put: fc.oneof(fc.constantFrom('', '"', ',', '{', '}', '@', '//', '\\', '\u0000'), fc.string({ maxLength: 4 })),
})
property('a target file with broken text says so, without what stands in it', broken, 200, ({ name, text, at, cut, put }) => {
  const place = at % text.length
  gatedOrRefused(name, text.slice(0, place) + put + text.slice(place + cut))
})
