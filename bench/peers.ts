/** Other load generators on the mix of `http`, those of them that are installed here (on the PATH). */
import { accessSync, constants, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { type Contender, failed, GENERATOR_CORE, type Load, measured } from './contender.ts'
import { turnsOf } from './contenders/mix.js'
import { cost } from './pinned.ts'

interface Turn {
  name: string
  method: string
  path: string
  body: string | null
  headers: Record<string, string>
}

interface Peer {
  name: string
  program: string
  /** Writes what it reads into the folder, and says how it is started. */
  command(run: { program: string; url: string; load: Load; turns: readonly Turn[]; folder: string }): {
    words: string[]
    env?: Record<string, string>
  }
  read(out: { stdout: string; stderr: string; folder: string }): { requests: number; p99Ms: number | null }
}

/** Turns in which every endpoint comes as often as it should, and those after which the mix begins anew: every request of every endpoint comes in them. */
const CYCLE = 26
const TURNS = CYCLE * 50

function onPath(program: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, program)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // The next folder, then.
    }
  }
  return undefined
}

function written(folder: string, name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const contenderFile = (name: string): string => resolve('bench/contenders', name)
const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

function locust(name: string, user: string): Peer {
  return {
    name,
    program: 'locust',
    command: ({ program, url, load: { users, seconds }, turns, folder }) => ({
      words: [
        ...[program, '-f', contenderFile('locustfile.py'), user, '--headless', '--json', '--skip-log', '--only-summary'],
        ...['-u', String(users), '-r', String(users), '-t', `${seconds}s`, '--host', url],
      ],
      env: { MIX_FILE: written(folder, 'mix.json', JSON.stringify(turns)) },
    }),
    read({ stdout }) {
      const rows = JSON.parse(stdout.slice(stdout.indexOf('['))) as { num_requests: number; num_failures: number }[]
      if (rows.some(({ num_failures }) => num_failures > 0)) throw new Error(`${name} counts failures`)
      return { requests: rows.reduce((sum, { num_requests }) => sum + num_requests, 0), p99Ms: null }
    },
  }
}

/** Checks every answer, as `http` does: the one of these that is its like. */
export const CHECKING = 'Locust FastHttpUser that checks'

const PEERS: readonly Peer[] = [
  locust('Locust FastHttpUser', 'Fast'),
  locust('Locust HttpUser', 'Plain'),
  locust(CHECKING, 'Checking'),
  {
    name: 'Artillery',
    program: 'artillery',
    command({ program, url, load: { users, seconds }, turns, folder }) {
      const requests = turns.map(({ method, path, body, headers }) => ({
        [method.toLowerCase()]: { url: path, headers, ...(body === null ? {} : { body }) },
      }))
      // Each of its users goes through a part of the mix until the time is over, which a hook says: it knows no such end itself.
      const config = { target: url, phases: [{ duration: 1, arrivalCount: users }], processor: contenderFile('artillery.cjs') }
      const scenarios = Array.from({ length: TURNS / CYCLE }, (_, i) => ({
        flow: [{ loop: requests.slice(i * CYCLE, (i + 1) * CYCLE), whileTrue: 'untilTheEnd' }],
      }))
      const file = written(folder, 'artillery.json', JSON.stringify({ config, scenarios }))
      return {
        words: [program, 'run', '--quiet', '-o', join(folder, 'out.json'), file],
        env: { ARTILLERY_DISABLE_TELEMETRY: 'true', SECONDS: String(seconds) },
      }
    },
    read({ folder }) {
      const { aggregate } = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as {
        aggregate: { counters: Record<string, number>; summaries: Record<string, { p99?: number }> }
      }
      return {
        requests: aggregate.counters['http.responses'] ?? 0,
        p99Ms: aggregate.summaries['http.response_time']?.p99 ?? null,
      }
    },
  },
  {
    name: 'autocannon',
    program: 'autocannon',
    command: ({ program, url, load: { users, seconds }, turns, folder }) => ({
      words: [
        ...[process.execPath, contenderFile('autocannon.js'), realpathSync(program), url, String(users), String(seconds)],
        written(folder, 'mix.json', JSON.stringify(turns)),
      ],
    }),
    read({ stdout }) {
      const { requests, p99_ms } = JSON.parse(lastLine(stdout)) as { requests: number; p99_ms: number }
      return { requests, p99Ms: p99_ms }
    },
  },
  {
    name: 'wrk',
    program: 'wrk',
    command: ({ program, url, load: { users, seconds }, turns, folder }) => {
      const lines = turns.flatMap(({ method, path, headers, body }) => [
        `request ${method} ${path}`,
        ...Object.entries(headers).map(([name, value]) => `header ${name} ${value}`),
        ...(body === null ? [] : [`body ${body}`]),
        'end',
      ])
      const file = written(folder, 'mix.txt', `${lines.join('\n')}\n`)
      return {
        words: [program, '-t1', `-c${users}`, `-d${seconds}s`, '-s', contenderFile('wrk.lua'), url, '--', file],
      }
    },
    read({ stderr }) {
      const { requests, p99_ms } = JSON.parse(lastLine(stderr)) as { requests: number; p99_ms: number }
      return { requests, p99Ms: p99_ms }
    },
  },
]

/** @param token that the null target takes for right */
export function peers(token: string): Contender[] {
  const turns: Turn[] = turnsOf('http', TURNS).map(({ name, method, path, body, headers, authorized }) => ({
    ...{ name, method, path, body },
    headers: authorized ? { ...headers, Authorization: `Bearer ${token}` } : headers,
  }))
  return PEERS.flatMap(({ name, program: wanted, command, read }): Contender[] => {
    const program = onPath(wanted)
    if (program === undefined) return []
    const measure: Contender['measure'] = async (url, load) => {
      const folder = mkdtempSync(join(tmpdir(), 'loadgate-bench-'))
      try {
        const { words, env = {} } = command({ program, url, load, turns, folder })
        const run = await cost(GENERATOR_CORE, words, env)
        if (run.code !== 0) throw failed(name, run)
        const { requests, p99Ms } = read({ ...run, folder })
        return measured(run, requests, p99Ms)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
    return [{ name, measure }]
  })
}
