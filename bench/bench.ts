/**
 * `npm run bench [-- sitting … --rounds N --seconds N --rate N --only contender]`: what a request costs the generator, against bare k6,
 * the usual script and other generators. Ends with 1 where a bar does not hold.
 */
import { resolve } from 'node:path'
import { headroomHere } from '../cli/generator/headroom.ts'
import { tuningOf } from '../cli/generator/tuning.ts'
import { provision } from '../cli/k6/provision.ts'
import { segmentAt, sequenceOf } from '../lib/base/segment.ts'
import { k6Script, libraryScript } from './contender.ts'
import { CHECKING, peers } from './peers.ts'
import { recorded } from './recorded.ts'
import type { Bar } from './report.ts'
import { type Sitting, sit } from './session.ts'
import { wishes } from './wishes.ts'

/** Only what the null target has; bare k6 sends the same. */
const PLAIN_TARGET = { TARGET: resolve('bench/contenders/plain-target.json') }
const USERS = 50
/** The null target takes any. */
const TOKEN = 'null'
const AS_DATA = 'http, its endpoints as data'
const AS_RUN = 'as loadgate run sets k6 up'
/** Like is compared with like: where users do not pause, `http` sends ten requests an iteration, and so do those that it is compared with. */
const TEN = { AT_ONCE: '10' }
const AS_PART = 'http, as one of two instances'
/** Its part of twice as many users is what the other contenders have. */
const PART = { INSTANCES: '2', USERS: String(2 * USERS) }
const PART_FLAGS = ['--execution-segment', segmentAt(1, 2), '--execution-segment-sequence', sequenceOf(2)]

const { path: k6, version } = await provision({ env: process.env, note: console.error, stop: new AbortController().signal })
/** Of the generator, which has a core of its own. */
const { env: tuned } = tuningOf({ ...headroomHere(), cores: 1 }, { vus: USERS, sockets: 0 }, {})

const bars = (script: string): Bar[] => [
  { of: script, against: 'bare', costs: 1.3 },
  { of: script, against: 'usual', costs: 1 },
  { of: `${script}, ${AS_RUN}`, against: `bare, ${AS_RUN}`, costs: 1.3 },
]

type Environment = Readonly<Record<string, string>>

/** @param shape how many requests the others send an iteration */
const versions = (script: string, mix: string, env: Environment, shape: Environment = {}) => [
  k6Script(k6, 'bare', 'bare.js', mix, shape),
  k6Script(k6, 'usual', 'usual.js', mix, shape),
  k6Script(k6, `bare, ${AS_RUN}`, 'bare.js', mix, { ...shape, ...tuned }),
  libraryScript(k6, script, script, env),
  libraryScript(k6, `${script}, ${AS_RUN}`, script, { ...env, ...tuned }),
]

const SITTINGS: Sitting[] = [
  {
    name: 'http',
    title: 'Plain HTTP: health, reads, lists and writes at full speed, 50 users',
    target: 'null',
    contenders: [
      ...versions('http', 'http', PLAIN_TARGET, TEN),
      await recorded(version, (env) =>
        libraryScript(k6, `http, ${AS_RUN} and records`, 'http', { ...PLAIN_TARGET, ...tuned, ...env }),
      ),
    ],
    against: 'bare',
    bars: bars('http'),
    load: { users: USERS },
    lengths: { short: 1, long: 7 },
    rounds: 7,
  },
  {
    name: 'own',
    title: 'Plain HTTP, its endpoints built in and described as data, 50 users',
    target: 'null',
    contenders: [
      libraryScript(k6, 'http', 'http', PLAIN_TARGET),
      libraryScript(k6, AS_DATA, 'http', { TARGET: resolve('bench/contenders/own-target.json') }),
    ],
    against: 'http',
    bars: [{ of: AS_DATA, against: 'http', costs: 1.1 }],
    load: { users: USERS },
    lengths: { short: 1, long: 7 },
    rounds: 7,
  },
  {
    name: 'instance',
    title: 'Plain HTTP, alone and as one of two instances, which count what was late at every limit, 50 users each',
    target: 'null',
    contenders: [
      libraryScript(k6, 'http', 'http', PLAIN_TARGET),
      libraryScript(k6, AS_PART, 'http', { ...PLAIN_TARGET, ...PART }, PART_FLAGS),
    ],
    against: 'http',
    bars: [{ of: AS_PART, against: 'http', costs: 1.02 }],
    load: { users: USERS },
    lengths: { short: 1, long: 7 },
    rounds: 7,
  },
  {
    name: 'gateway',
    title: 'Three classes of users at once, by arrival rates',
    target: 'null',
    contenders: [
      ...versions('gateway', 'gateway', PLAIN_TARGET),
      libraryScript(k6, `gateway, ten an iteration, ${AS_RUN}`, 'gateway', {
        ...PLAIN_TARGET,
        ...tuned,
        REQUESTS_PER_ITERATION: '10',
      }),
    ],
    against: 'bare',
    bars: bars('gateway'),
    load: { users: USERS, rate: 5000 },
    // Whole bursts.
    lengths: { short: 5, long: 15 },
    rounds: 5,
  },
  {
    name: 'a2a',
    title: 'JSON-RPC, where answers must be read: agents that talk and live, by arrival rates',
    target: 'null',
    contenders: [k6Script(k6, 'bare', 'bare.js', 'a2a'), libraryScript(k6, 'a2a', 'a2a', { LIVES: '40', AGENTS: '20' })],
    against: 'bare',
    bars: [{ of: 'a2a', against: 'bare', costs: 1.35 }],
    load: { users: USERS, rate: 4000 },
    // Short of this, limits have too few samples, and the script refuses to start.
    lengths: { short: 6, long: 14 },
    rounds: 7,
  },
  {
    name: 'integration',
    title: 'The integration layer, where answers must be read: against the reference gateway, by arrival rates',
    target: 'reference',
    contenders: [
      k6Script(k6, 'bare', 'bare.js', 'integration'),
      libraryScript(k6, 'integration', 'integration', { SERIES: '30' }),
    ],
    against: 'bare',
    bars: [{ of: 'integration', against: 'bare', costs: 1.35 }],
    load: { users: USERS, rate: 1500 },
    lengths: { short: 7, long: 15 },
    rounds: 7,
  },
  {
    name: 'peers',
    title: 'Other generators on the mix of http',
    target: 'null',
    contenders: [libraryScript(k6, 'http', 'http', PLAIN_TARGET), ...peers(TOKEN)],
    against: 'http',
    // The others check nothing: like cannot be compared with like.
    bars: [{ of: 'http', against: CHECKING, yields: 1.5 }],
    load: { users: USERS },
    lengths: { short: 2, long: 8 },
    rounds: 3,
  },
]

const { wished, chosen } = wishes(SITTINGS.map(({ name }) => name))
let held = true
for (const sitting of SITTINGS) if (chosen.includes(sitting.name)) held = (await sit(sitting, wished)) && held
// Receivers that contenders push to are still open.
process.exit(held ? 0 : 1)
