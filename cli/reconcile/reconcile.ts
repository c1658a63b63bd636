/** Reads the gateway's own counters before and after the load, and has them held against what was sent. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import type { PlannedReconciliation as Plan, ReconciliationPlan } from '../../lib/run/reconciliation.ts'
import { messageOf } from '../base/errors.ts'
import { between, type Counted, type Counters, known, type Problem, readCounters, unexplained } from './counters.ts'
import { compareCounts, type Tolerance } from './differences.ts'
import { findingOf } from './finding.ts'
import { RECONCILIATION_SCHEMA, type Reconciliation } from './reconciliation-model.ts'
import type { Sent } from './sent.ts'

/** What a run has left: with the summary it becomes `reconciliation.json`. */
export interface Counting {
  /** To be called while the gateway is still there, and everything else has ended. */
  close(sent: readonly Sent[] | Problem): Promise<void>
  /**
   * What was found.
   * @param interrupted iterations that k6 cut off
   * @param http requests that k6 counted in all, handshakes apart; undefined where it did not say
   */
  file(interrupted: number, http: number | undefined): Reconciliation
}

const TIMEOUT_MS = 10_000
const LARGEST_PAGE = 32 * 1024 * 1024

class NoPage extends Error {
  readonly status: number

  constructor(status: number) {
    super(`it answers ${status}`)
    this.status = status
  }
}

/** There is no such page, or none for us. */
const ABSENT = [401, 403, 404, 405, 410, 501]

/** On a connection of its own each time, so that every process behind the address has its turn. */
function fetchPage(url: string, insecureTls: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const tls = url.startsWith('https:')
    const options = { agent: false, ...(tls ? { rejectUnauthorized: !insecureTls } : {}) }
    // Of the whole page: one that drips is none.
    const patience = setTimeout(() => asked.destroy(new Error('no answer in time')), TIMEOUT_MS)
    const asked = (tls ? httpsRequest : httpRequest)(url, options, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > LARGEST_PAGE) asked.destroy(new Error('the page is too large'))
        chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'))
        else reject(new NoPage(response.statusCode ?? 0))
      })
    })
    asked.on('error', reject)
    asked.on('close', () => clearTimeout(patience))
    asked.end()
  })
}

/** @param first whether it was never there: what nobody has promised may be lacking from the start, and from then on only */
async function look(plan: ReconciliationPlan, first: boolean): Promise<Counters | Problem> {
  const mayLack = first && !plan.promised
  try {
    const counters = readCounters(await fetchPage(plan.url, plan.insecure_tls), plan)
    return 'problem' in counters ? { ...counters, known: mayLack } : counters
  } catch (error) {
    const absent = error instanceof NoPage && ABSENT.includes(error.status)
    return { problem: `${plan.url}: ${messageOf(error)}`, known: mayLack && absent }
  }
}

const NONE: Tolerance = { interrupted: 0, unpushed: 0 }
const FIRST_PAUSE_MS = 50

const MEND =
  'Look at its page of metrics before a run and after one; where it has no counter of its requests, or several processes that do not count together, say `reconciliation: false` in the target file.'

function notChecked({ problem, known }: Problem, exclusive: boolean): Reconciliation {
  return {
    schema: RECONCILIATION_SCHEMA,
    finding: known ? 'not-checked' : 'unexplained',
    sentences: [`The gateway's own count was not compared with k6's: ${problem}.`],
    advice: known ? '' : MEND,
    counter: null,
    exclusive,
    tolerance: NONE,
    rows: [],
    apart: [],
    uncounted: [],
  }
}

class RunningReconciliation implements Counting {
  readonly #plan: ReconciliationPlan
  readonly #exclusive: boolean
  readonly #before: Counters
  #sent: readonly Sent[] = []
  #counted: readonly Counted[] | Problem = unexplained('the run ended before it was read again')

  constructor(plan: ReconciliationPlan, embedded: boolean, before: Counters) {
    this.#plan = plan
    this.#exclusive = (embedded || plan.exclusive) && plan.instances === 1
    this.#before = before
  }

  #isHere(name: string): boolean {
    const { host: here, places } = this.#plan
    return places[name]?.every(({ host }) => host === here) ?? true
  }

  #isCounted(name: string): boolean {
    return this.#isHere(name) && !this.#plan.uncounted.includes(name)
  }

  #rows(tolerance: Tolerance) {
    const { places } = this.#plan
    const counted = 'problem' in this.#counted ? [] : this.#counted
    return compareCounts(
      places,
      this.#sent.filter(({ endpoint }) => this.#isCounted(endpoint)),
      counted,
      tolerance,
    )
  }

  async close(sent: readonly Sent[] | Problem): Promise<void> {
    if ('problem' in sent) {
      this.#counted = sent
      return
    }
    const { settle_s } = this.#plan
    const until = performance.now() + settle_s * 1000
    // Each look but the last is on the page that the last one shows: the one before the run, and those below.
    for (let looks = 1, wait = FIRST_PAUSE_MS; ; looks += 1, wait *= 2) {
      const after = await look(this.#plan, false)
      this.#sent = [...sent, { endpoint: this.#plan.looks, by: 'probe', status: 200, count: looks }]
      this.#counted = 'problem' in after ? after : between(this.#before, after, this.#plan)
      if ('problem' in this.#counted) return
      // What k6 has its answer for, the gateway may be about to count.
      const settled = this.#rows(NONE).every(({ elsewhere, lost }) => elsewhere === 0 && lost === 0)
      if (settled || performance.now() + wait > until) return
      await pause(wait)
    }
  }

  file(interrupted: number, http: number | undefined): Reconciliation {
    if ('problem' in this.#counted) return notChecked(this.#counted, this.#exclusive)
    const pushed = this.#sent.reduce((sum, { by, socket, count }) => (by === 'k6' && !socket ? sum + count : sum), 0)
    const tolerance = { interrupted, unpushed: Math.max(0, (http ?? pushed) - pushed) }
    const { counter } = this.#plan
    const rows = this.#rows(tolerance)
    const names = [...new Set(this.#sent.map(({ endpoint }) => endpoint))]
    return {
      schema: RECONCILIATION_SCHEMA,
      ...findingOf(rows, counter, this.#exclusive),
      counter,
      exclusive: this.#exclusive,
      tolerance,
      rows,
      apart: names.filter((name) => !this.#isHere(name) && name !== this.#plan.looks),
      uncounted: names.filter((name) => this.#plan.uncounted.includes(name)),
    }
  }
}

/**
 * Reads the counters before the load.
 * @param plan undefined where the script has none; a problem where nobody could ask for it
 * @param embedded the gateway is ours alone
 */
export async function startReconciliation(plan: Plan | Problem | undefined, embedded: boolean): Promise<Counting> {
  const closed = (why: Problem): Counting => ({ close: async () => {}, file: () => notChecked(why, embedded) })
  if (plan === undefined) return closed(known('the script does not say where its requests go'))
  if ('problem' in plan) return closed(plan)
  if ('none' in plan) return closed(known(plan.none))
  const before = await look(plan, true)
  return 'problem' in before ? closed(before) : new RunningReconciliation(plan, embedded, before)
}
