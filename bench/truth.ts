/**
 * `npm run bench:truth`: what is reported of answers whose times are known, by the open model, the closed one and an open one
 * with too few VUs. Ends with 1 where the open model is off by more than 3 % and 1 ms.
 */
import Table from 'cli-table3'
import { provision } from '../cli/k6/provision.ts'
import { byAnswerLog, byArrivals, byPlan, deviations, type Figures } from './truth/known.ts'
import { type Observed, observe, ROUTE } from './truth/observe.ts'
import { mistake } from './wishes.ts'

interface Case {
  title: string
  gateway: readonly string[]
  settings: Readonly<Record<string, string>>
  truth(observed: Observed): Figures
  /** Whether the figures must be true: other models are shown beside it. */
  open: boolean
}

const fault = (order: object): string[] => ['--fault', JSON.stringify(order)]
const record = ({ answerLog }: Observed): Figures => byAnswerLog(answerLog, ROUTE)

const OPEN = { RATE: '100', DURATION: '20s', STALL: '2s' }
const [RATE, SECONDS, STALL_MS] = [50, 20, 2000]
const STALL = fault({ name: 'stall', ms: STALL_MS, after_s: 8 })
/** Of whom a model never sent the gateway has no record either: there, what it would have been. */
const ideal = (observed: Observed): Figures => byArrivals(RATE, SECONDS, STALL_MS, record(observed).p50)
const STALLED = { RATE: String(RATE), DURATION: `${SECONDS}s` }

const CASES: readonly Case[] = [
  { title: 'uniform, 50 to 150 ms', gateway: ['--latency', 'uniform:50,150'], settings: OPEN, truth: record, open: true },
  {
    title: 'lognormal, median 100 ms, p99 400 ms',
    gateway: ['--latency', 'lognormal:100,400'],
    settings: OPEN,
    truth: record,
    open: true,
  },
  { title: '50 ms, 2 % 800 ms', gateway: ['--latency', 'bimodal:50,800,2'], settings: OPEN, truth: record, open: true },
  // p99 of a tail of exactly 1 % lies on the edge between the modes, at the slowest of the fast: 3 % of it must outweigh one hiccup.
  { title: '500 ms, 1 % 3 s', gateway: ['--latency', 'bimodal:500,3000,1'], settings: OPEN, truth: record, open: true },
  {
    title: 'lognormal, and 5 % errors',
    gateway: ['--latency', 'lognormal:100,400', ...fault({ name: 'error_500', endpoint: 'resource', share: 0.05 })],
    settings: OPEN,
    truth: record,
    open: true,
  },
  {
    title: 'stall of 2 s, open model',
    gateway: STALL,
    settings: { ...STALLED, STALL: '3s', TIMEOUT: '30s' },
    truth: ({ answerLog }) => byPlan(answerLog, ROUTE, RATE),
    open: true,
  },
  {
    title: 'stall of 2 s, open model with 10 VUs',
    gateway: STALL,
    settings: { ...STALLED, VUS: '10' },
    truth: ideal,
    open: false,
  },
  // Ten users who think 199 ms send about 50 requests a second.
  {
    title: 'stall of 2 s, closed model with 10 users',
    gateway: STALL,
    settings: { USERS: '10', THINK_TIME: '199ms', DURATION: `${SECONDS}s` },
    truth: ideal,
    open: false,
  },
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((word) => !CASES.some(({ title }) => title.includes(word)))
if (unknown.length > 0) mistake(`no case ${unknown.join(', ')}; there are ${CASES.map(({ title }) => title).join('; ')}`)
const chosen = CASES.filter(({ title }) => wanted.length === 0 || wanted.some((word) => title.includes(word)))
const k6 = (await provision({ env: process.env, note: console.error, stop: new AbortController().signal })).path
const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`
const text: Readonly<Record<keyof Figures, (value: number) => string>> = {
  p50: ms,
  p95: ms,
  p99: ms,
  errors: (value) => `${(value * 100).toFixed(2)} %`,
  rps: (value) => `${value.toFixed(1)}/s`,
}

const table = new Table({ head: ['', 'p50', 'p95', 'p99', 'errors', 'sent', 'dropped'], style: { head: [], border: [] } })
let wrong = 0
for (const { title, gateway, settings, truth, open } of chosen) {
  const observed = await observe(k6, { gateway, settings })
  const found = deviations(observed.reported, truth(observed))
  wrong += open ? found.filter(({ holds }) => !holds).length : 0
  table.push(
    [title, ...found.map(({ figure, reported }) => text[figure](reported)), observed.dropped],
    ['  truth', ...found.map(({ figure, truth }) => text[figure](truth)), ''],
    [
      '  off by',
      ...found.map(({ share, holds }) => `${share > 10 ? 'over 1000' : (share * 100).toFixed(1)} %${holds ? '' : ' ✗'}`),
      '',
    ],
  )
  console.error(`${title}: ${found.every(({ holds }) => holds) ? 'true' : 'not true'}`)
}
console.log(table.toString())
if (wrong > 0) process.exitCode = 1
