/**
 * `npm run bench:scale [-- part …]`: what a run costs beside its requests: the way to the first of them, memory of VUs, of requests
 * and of held sockets, and how truly a rate is sent. Prints the figures and keeps them as JSON.
 */
import { provision } from '../cli/k6/provision.ts'
import { growth } from './parts/growth.ts'
import type { Figures, Part } from './parts/processes.ts'
import { sending } from './parts/sending.ts'
import { sockets } from './parts/sockets.ts'
import { start } from './parts/start.ts'
import { truth } from './parts/truth.ts'
import { vus } from './parts/vus.ts'
import { keepFigures } from './report.ts'
import { mistake } from './wishes.ts'

const PARTS: Readonly<Record<string, Part>> = { start, vus, sending, growth, sockets, truth }

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => PARTS[name] === undefined)
if (unknown.length > 0) mistake(`no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`)

const k6 = await provision({ env: process.env, note: console.error, stop: new AbortController().signal })
const all: Figures = {}
for (const [name, part] of Object.entries(PARTS)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const figures = await part(k6.path)
  for (const [what, value] of Object.entries(figures))
    console.log(`${what}: ${value.toLocaleString('en-US', { maximumFractionDigits: 2 })}`)
  Object.assign(all, figures)
}
console.log(`kept in ${keepFigures('scale', all)}`)
