/** What a run in a cluster has come to: looks at one observation after the other, and says when there is nothing left to wait for. Pure. */
import { count } from '../base/figures.ts'
import type { Observation, Runner } from './observe.ts'

/** Something of the cluster's that keeps the run from a verdict, or takes from it. */
export interface Problem {
  code: 'pending' | 'not_started' | 'stage' | 'lost' | 'ended_early' | 'overdue' | 'judge'
  sentence: string
  advice: string
  /** Of which runner the log has more. */
  pod?: string
}

export interface Look {
  /** What is new, a line each. */
  news: string[]
  /** All that is known by now. */
  problems: Problem[]
  /**
   * - `judged`: the judge has ended by itself
   * - `hopeless`: what is missing will not come
   */
  end: 'judged' | 'hopeless' | undefined
}

export interface Expected {
  name: string
  parallelism: number
  /** Seconds that may pass without progress. */
  patience: number
  /** Seconds from the start of the load to its planned end. */
  duration: number
}

/** Exit codes of a k6 that has made its run: all gates held, and one did not. */
const MADE = [0, 99]
const SHOWN = 3

/** As many as can be read. */
const each = (runners: readonly Runner[], tell: (runner: Runner) => string): string => {
  const more = runners.length - SHOWN
  return `${runners.slice(0, SHOWN).map(tell).join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}
const told = ({ name, why }: Runner): string => (why === undefined ? name : `${name} (${why})`)
const are = (runners: readonly Runner[]): string => `${count(runners.length, 'runner')} ${runners.length === 1 ? 'is' : 'are'}`

export class Follower {
  readonly #expected: Expected
  /** Runners by name, as they were seen last: one that is deleted is not forgotten. */
  readonly #seen = new Map<string, Runner>()
  readonly #lost = new Map<string, Problem>()
  #progress = ''
  #progressAt: number | undefined
  #startedAt: number | undefined
  #allEndedAt: number | undefined

  constructor(expected: Expected) {
    this.#expected = expected
  }

  /** The runners as they were seen last. */
  runners(): readonly Runner[] {
    return [...this.#seen.values()]
  }

  /** @param now seconds of any clock that only goes forward */
  look(observation: Observation, now: number): Look {
    const { stage, judge } = observation
    this.#remember(observation.runners)
    const runners = this.runners()
    const news = this.#news(stage, runners, now)
    if (stage === 'started' || stage === 'stopped' || stage === 'finished') this.#startedAt ??= now
    for (const runner of runners) this.#noteEnd(runner)
    const problems = [...this.#lost.values()]
    const done = (end: Look['end'], ...more: Problem[]): Look => ({ news, problems: [...problems, ...more], end })
    if (judge?.exitCode !== undefined) return done('judged')
    const waited = now - (this.#progressAt ?? now)
    const { patience } = this.#expected
    if (judge?.lost !== undefined) return done('hopeless', this.#judgeLost(judge.lost))
    if (stage === 'error') return done('hopeless', this.#stageProblem(stage))
    if (stage === undefined && this.#startedAt === undefined)
      return waited > patience ? done('hopeless', this.#stageProblem(stage)) : done(undefined)
    // Whoever waits for the start waits for all of them.
    if (this.#startedAt === undefined && problems.length > 0) return done('hopeless')
    if (this.#startedAt === undefined && waited > patience) return done('hopeless', this.#notStarted(stage, runners))
    if (this.#startedAt === undefined) return done(undefined)
    return this.#afterStart(runners, now, done)
  }

  #afterStart(runners: readonly Runner[], now: number, done: (end: Look['end'], ...more: Problem[]) => Look): Look {
    const { parallelism, patience, duration } = this.#expected
    const going = runners.filter(({ state }) => state !== 'ended' && state !== 'lost')
    if (going.length === 0 && runners.length >= parallelism) this.#allEndedAt ??= now
    if (this.#allEndedAt !== undefined && now - this.#allEndedAt > patience)
      return done('hopeless', {
        code: 'judge',
        sentence: `All runners have ended, and the judge has no verdict after ${patience} s.`,
        advice: 'Its log says what it waits for.',
      })
    const late = now - (this.#startedAt ?? now) - duration
    if (this.#allEndedAt === undefined && late > patience)
      return done('hopeless', {
        code: 'overdue',
        sentence: `${are(going)} still running ${Math.round(late)} s after the planned end: ${each(going, told)}.`,
        advice: 'A runner that does not end has lost its gateway, or its node has no cores for it; its log says more.',
        ...(going[0] === undefined ? {} : { pod: going[0].pod }),
      })
    return done(undefined)
  }

  #remember(runners: readonly Runner[]): void {
    for (const runner of runners) this.#seen.set(runner.name, runner)
    for (const [name, runner] of this.#seen)
      if (runner.state !== 'ended' && runner.state !== 'lost' && !runners.some((other) => other.name === name))
        this.#seen.set(name, { ...runner, state: 'lost', why: 'its pod is gone' })
  }

  #noteEnd(runner: Runner): void {
    const { name, pod, state, exitCode, node } = runner
    if (this.#lost.has(name)) return
    if (state === 'lost')
      this.#lost.set(name, {
        code: 'lost',
        sentence: `Runner ${told(runner)} was lost${node === undefined ? '' : ` on node ${node}`}.`,
        advice: runner.why?.startsWith('OOMKilled')
          ? 'Give it more memory: loadgate plan says how much, --parallelism shares it out.'
          : 'A share of the load was not sent; look at the node, and run again.',
        pod,
      })
    else if (state === 'ended' && (this.#startedAt === undefined || !MADE.includes(exitCode ?? -1)))
      this.#lost.set(name, {
        code: 'ended_early',
        sentence: `Runner ${name} ended with exit code ${exitCode} ${this.#startedAt === undefined ? 'before the start' : 'without having made its run'}.`,
        advice: 'Its log says why.',
        pod,
      })
  }

  #news(stage: string | undefined, runners: readonly Runner[], now: number): string[] {
    const by = (state: Runner['state']): number => runners.filter((runner) => runner.state === state).length
    const counts = (['pending', 'starting', 'running', 'ended', 'lost'] as const).flatMap((state) =>
      by(state) > 0 ? [`${by(state)} ${state}`] : [],
    )
    const progress = `stage ${stage === undefined || stage === '' ? 'not set yet' : stage}; runners: ${counts.join(', ') || 'none'} of ${this.#expected.parallelism}`
    if (progress === this.#progress) return []
    this.#progress = progress
    this.#progressAt = now
    return [progress]
  }

  #judgeLost = (why: string): Problem => ({
    code: 'judge',
    sentence: `The judge was lost (${why}).`,
    advice: 'What the runners have sent went with it; run again.',
  })

  #stageProblem(stage: string | undefined): Problem {
    const { name, patience } = this.#expected
    return {
      code: 'stage',
      sentence:
        stage === undefined
          ? `There is no TestRun ${name} any more.`
          : `k6-operator has given up TestRun ${name} (stage ${stage})${stage === '' ? ` after ${patience} s` : ''}.`,
      advice: `Its log says why: kubectl logs -n k6-operator-system deploy/k6-operator-controller-manager.`,
    }
  }

  #notStarted(stage: string | undefined, runners: readonly Runner[]): Problem {
    const { name, patience, parallelism } = this.#expected
    const pending = runners.filter(({ state }) => state === 'pending')
    if (pending.length > 0)
      return {
        code: 'pending',
        sentence: `${are(pending)} still pending after ${patience} s: ${each(pending, told)}.`,
        advice:
          'No node has room for it: add nodes, or ask for less with --parallelism; --separate wants a node for each (kubectl describe pod says more).',
        ...(pending[0] === undefined ? {} : { pod: pending[0].pod }),
      }
    const starting = runners.filter(({ state }) => state === 'starting')
    if (starting.length > 0)
      return {
        code: 'not_started',
        sentence: `${are(starting)} not running after ${patience} s: ${each(starting, told)}.`,
        advice: 'Image, Secrets and volumes must be there; kubectl describe pod says more.',
        ...(starting[0] === undefined ? {} : { pod: starting[0].pod }),
      }
    return {
      code: 'stage',
      sentence:
        stage === ''
          ? `Nobody has looked at TestRun ${name} for ${patience} s: no k6-operator is working in this cluster.`
          : `TestRun ${name} stays in stage ${stage} with ${runners.length} of ${parallelism} runners, for ${patience} s.`,
      advice: 'The log of k6-operator says why: kubectl logs -n k6-operator-system deploy/k6-operator-controller-manager.',
    }
  }
}
