/** The table of cases, and what makes tests of it. */
import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { tellDisturbed } from '../disturbed.ts'
import { thorough, WHOLE } from '../thorough.ts'
import { type Gateway, startGateway } from './gateway/gateway.ts'
import type { Answer, Defect } from './gateway/model.ts'
import { type LoadgateRun, type Run, runLoadgate, runPlain, type Settings } from './runs.ts'

export type Verdict = 'pass' | 'fail' | 'invalid' | 'usage'
const EXITS: Readonly<Record<Verdict, number>> = { pass: 0, fail: 99, invalid: 3, usage: 2 }

/** What a case prepares: files of its own, a second server. */
export interface Room {
  /** A folder that goes with the test. */
  folder: string
  /** A JSON file in it. */
  json(name: string, content: unknown): string
}

export interface Case {
  name: string
  script: string
  /** A new one for each run: most count something. */
  defect: () => Defect
  env?: Settings | ((room: Room) => Settings)
  /** Flags of k6. */
  flags?: readonly string[]
  /** Where either of two is right, the evidence decides. */
  verdict: Verdict | readonly Verdict[]
  /** What the verdict must name, in its headline or among its reasons. */
  cause: RegExp
  /** What the headline must not say. */
  excuse?: RegExp
  /**
   * `same`: k6's own exit code inside of `loadgate run` is that of plain k6, and must be red. `own`: plain k6 is run by itself, and must be
   * red. `both`: the one and the other. `blind`: k6 alone cannot know.
   */
  plain: 'same' | 'own' | 'both' | 'blind'
  /** The defect looks for clients who are not k6: where it found none there was none, and a pass is right. */
  seeks?: true
  /**
   * The endpoint at which it shows, where it shows nowhere else: then it shares a run with others that show elsewhere, and what must be red
   * is a gate of this endpoint.
   */
  at?: string
  /** More that must hold, in each form. */
  check?(run: Run, gateway: Gateway): void
}

/** How many tests at once: their runs wait for the clock most of their time. */
export const SIDE_BY_SIDE = { concurrency: Number(process.env.HOSTILE_JOBS ?? 2) }

const tail = ({ out, err }: Run): string => `${err.slice(-1500)}\n${out.slice(-3500)}`

/** One line a run, for who wants to compare two builds: HOSTILE_RECORD names the file. */
export const recordOf =
  (of: string) =>
  (name: string, form: 'loadgate' | 'plain', seen: object): void => {
    const file = process.env.HOSTILE_RECORD
    if (file) appendFileSync(file, `${JSON.stringify({ class: of, case: name, form, ...seen })}\n`)
  }

/** A test, or a suite, of which something goes with it. */
type Scope = Pick<TestContext, 'after'>

export function roomOf(t: Scope): Room {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-hostile-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return {
    folder,
    json(name, content) {
      const file = join(folder, name)
      writeFileSync(file, JSON.stringify(content))
      return file
    },
  }
}

/** These register agents before their load. */
const REGISTER: readonly string[] = ['http', 'a2a']

export async function gatewayOf(t: Scope, script: string, defect?: Defect): Promise<Gateway> {
  const gateway = await startGateway(defect, REGISTER.includes(script))
  t.after(() => gateway.close())
  return gateway
}

async function prepared(t: Scope, { script, defect, env = {}, flags = [] }: Case) {
  const room = roomOf(t)
  const made = defect()
  const gateway = await gatewayOf(t, script, made)
  const settings: Settings = {
    ...(made.tls === undefined ? {} : { INSECURE_TLS: 'true' }),
    ...(typeof env === 'function' ? env(room) : env),
  }
  return { gateway, made, order: { script, url: gateway.url, folder: settings.RESULTS_DIR ?? room.folder, env: settings, flags } }
}

function assertVerdict(run: LoadgateRun, { verdict, cause, excuse, plain }: Case): void {
  const right = Array.isArray(verdict) ? verdict : [verdict]
  const seen = `${run.verdict} (exit code ${run.code}): ${run.headline}`
  assert.ok(right.includes(run.verdict as Verdict), `expected ${right.join(' or ')}, found ${seen}\n${tail(run)}`)
  assert.equal(run.code, EXITS[run.verdict as Verdict], seen)
  assert.match(run.said, cause)
  if (excuse !== undefined) assert.doesNotMatch(run.headline, excuse)
  if (plain === 'same' || plain === 'both') assert.notEqual(run.k6 ?? 'not run', 0, `plain k6 is green: ${seen}\n${tail(run)}`)
}

/** All of them at once. */
function joined(defects: readonly Defect[]): Defect {
  return {
    admits: (state, exchange) => state === 'good' || defects.some(({ admits }) => admits?.(state, exchange) === true),
    answer: (exchange, right) => {
      const all = defects.reduceRight<() => Answer>((inner, { answer }) => {
        // None of those that share a run lets anybody wait, or takes the answer away.
        return () => (answer === undefined ? inner() : (answer(exchange, inner) as Answer))
      }, right)
      return all()
    },
  }
}

/** Runs for these cases, as few as can be: no two of a run show at one endpoint. */
function roundsOf(cases: readonly Case[]): Case[][] {
  const rounds: Case[][] = []
  for (const one of cases) {
    const free = rounds.find((round) => round.every(({ at, script }) => at !== one.at && script === one.script))
    if (free === undefined) rounds.push([one])
    else free.push(one)
  }
  return rounds
}

/** Whether a gate of this endpoint is red that counts what was wrong there. */
function showsAt(endpoint: string | undefined, run: Run): boolean {
  const { gates = [] }: { gates?: { endpoint: string; key: string; ok: boolean }[] } = JSON.parse(
    run.files()['summary.json'] || '{}',
  )
  return gates.some((gate) => gate.endpoint === endpoint && /^(failed_checks|rpc_errors)$/.test(gate.key) && !gate.ok)
}

/** Tests of cases that share a run. */
function together(of: string, cases: readonly Case[]): void {
  const [first] = cases
  if (first === undefined) return
  describe(`${cases.length} in one run: ${first.script}, loadgate run`, () => {
    const endings: (() => unknown)[] = []
    let run: LoadgateRun
    before(async () => {
      const scope: Scope = { after: (ending) => void endings.push(ending as () => unknown) }
      const { order } = await prepared(scope, { ...first, defect: () => joined(cases.map(({ defect }) => defect())) })
      run = await runLoadgate(order)
    })
    after(async () => {
      for (const ending of endings) await ending()
    })
    for (const one of cases)
      test(one.name, (t) => {
        const { verdict, code, headline, k6, starved } = run
        // The others may have made it fail before all of its requests were sent.
        tellDisturbed(t, verdict === 'pass' ? null : starved)
        recordOf(of)(one.name, 'loadgate', { script: one.script, verdict, code, k6, headline, beside: cases.length - 1 })
        assertVerdict(run, { ...one, cause: /./ })
        assert.ok(showsAt(one.at, run), `no gate of ${one.at} is red\n${tail(run)}`)
      })
  })
}

/** What `npm test` makes of a class: a run that several share, and two by themselves. */
const SAMPLE = { shared: 1, single: 2 }

/** Makes tests of the cases of a class: one for each form that is run by itself. */
export function hostile(of: string, cases: readonly Case[]): void {
  const record = recordOf(of)
  const { shared, single } = WHOLE ? { shared: cases.length, single: cases.length } : SAMPLE
  describe(of, SIDE_BY_SIDE, () => {
    for (const round of roundsOf(cases.filter(({ at }) => at !== undefined)).slice(0, shared)) together(of, round)
    for (const one of cases.filter(({ at }) => at === undefined).slice(0, single)) {
      test(`${one.name}: ${one.script}, loadgate run`, async (t) => {
        const { gateway, made, order } = await prepared(t, one)
        const run = await runLoadgate(order)
        const { verdict, code, headline, k6 } = run
        const struck = made.struck?.()
        record(one.name, 'loadgate', { script: one.script, verdict, code, k6, headline, struck })
        tellDisturbed(t, verdict === 'invalid' ? run.starved : null)
        const spared = one.seeks === true && struck === 0 && verdict === 'pass'
        if (!spared) assertVerdict(run, one)
        one.check?.(run, gateway)
      })
      if (one.plain === 'own' || one.plain === 'both')
        thorough(`${one.name}: ${one.script}, plain k6`, async (t) => {
          const { gateway, order } = await prepared(t, one)
          const run = await runPlain(order)
          record(one.name, 'plain', { script: one.script, code: run.code })
          assert.notEqual(run.code, 0, `green\n${tail(run)}`)
          one.check?.(run, gateway)
        })
    }
  })
}
