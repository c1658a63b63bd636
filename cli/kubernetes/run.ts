/** A run in a cluster, from the first object to the last one that is taken away again. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { forJson } from '../../lib/base/escape.ts'
import { writeAtomic } from '../base/atomic.ts'
import { CannotRun, EXIT, messageOf } from '../base/errors.ts'
import { onInterruption } from '../base/interruption.ts'
import type { Terminal } from '../base/terminal.ts'
import { K6Log } from '../k6/log.ts'
import { show } from '../report/show.ts'
import { freshFolder } from '../results/results.ts'
import { Follower, type Look, type Problem } from './follow.ts'
import type { Kubectl } from './kubectl.ts'
import { type Contents, FETCHED, type Manifest, manifests, RESULTS, RUN_LABEL } from './manifests.ts'
import { type Observation, observe, type Runner } from './observe.ts'
import type { ClusterRequest } from './request.ts'

const LOOK_MS = 1000
/** Seconds for the judge to write its results. */
const JUDGING_S = 60
/** Seconds for pods to end that are told to. */
const GONE_S = 120
const LOG_LINES = 200

/** What is created, and what is taken away: all kinds of it, with what the operator makes of it. */
const KINDS = 'testruns.k6.io,jobs,services,configmaps,secrets,networkpolicies'

/** Raised when a reader of the old shape would misread the new. */
const CLUSTER_SCHEMA = 'loadgate.cluster/1'

/** `cluster.json`: what the cluster has done to the run. */
interface ClusterFile {
  schema: typeof CLUSTER_SCHEMA
  problems: readonly Problem[]
  /** As they were seen last. */
  runners: readonly Runner[]
}

interface Cluster {
  request: ClusterRequest
  kubectl: Kubectl
  terminal: Terminal
  /** Where it is over. */
  stop: AbortSignal
}

const selector = ({ name }: ClusterRequest): string => `${RUN_LABEL}=${name}`
const seconds = (): number => performance.now() / 1000

async function requireRoom({ request, kubectl }: Cluster): Promise<void> {
  const words = ['get', KINDS, '--selector', selector(request), '--output', 'name']
  const there = await kubectl.ask(words).catch((error: unknown) => {
    if (!/doesn't have a resource type "testruns/.test(messageOf(error))) throw error
    throw new CannotRun('This cluster has no k6-operator: install it first (https://github.com/grafana/k6-operator).')
  })
  if (there.trim() === '') return
  throw new CannotRun(
    `There is a run named ${request.name} already, or what is left of one (${there.trim().split('\n').length} objects); give this one another --name, or take that away: ${kubectl.written(['delete', KINDS, '-l', selector(request)])}`,
  )
}

const create = ({ kubectl }: Cluster, objects: readonly Manifest[]): Promise<string> =>
  kubectl.ask(['create', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }))

const look = async ({ request, kubectl }: Cluster): Promise<Observation> =>
  observe(await kubectl.ask(['get', 'testruns.k6.io,pods', '--selector', selector(request), '--output', 'json']), request.name)

/** Looks once a second; an answer that does not come is no end until patience is. */
async function* looks(cluster: Cluster): AsyncGenerator<Observation> {
  let answered = seconds()
  let complaint = ''
  while (!cluster.stop.aborted) {
    try {
      yield await look(cluster)
      answered = seconds()
    } catch (error) {
      if (seconds() - answered > cluster.request.patience) throw error
      if (messageOf(error) !== complaint) cluster.terminal.note(messageOf(error))
      complaint = messageOf(error)
    }
    await sleep(LOOK_MS, undefined, { signal: cluster.stop }).catch(() => {})
  }
}

async function untilJudgeIsReady(cluster: Cluster): Promise<void> {
  const began = seconds()
  const { patience } = cluster.request
  for await (const { judge } of looks(cluster)) {
    if (judge?.ready) return
    if (judge?.exitCode !== undefined)
      throw new CannotRun(
        `The judge ended with exit code ${judge.exitCode} before it was ready: ${await logOf(cluster, judge.pod, 'judge')}`,
      )
    if (judge?.lost !== undefined) throw new CannotRun(`The judge was lost before it was ready: ${judge.lost}.`)
    if (seconds() - began > patience)
      throw new CannotRun(
        `The judge is not ready after ${patience} s: ${judge === undefined ? 'it has no pod' : (judge.why ?? 'it does not listen')}.`,
      )
  }
}

/** The last line that a container has written. */
async function logOf({ kubectl }: Cluster, pod: string, container: string): Promise<string> {
  const text = await kubectl.ask(['logs', pod, '--container', container, '--tail', String(LOG_LINES)]).catch(messageOf)
  return text.trim().split('\n').at(-1) ?? ''
}

/** What k6 has logged as its first error. */
async function errorOf({ kubectl }: Cluster, pod: string): Promise<string | undefined> {
  const text = await kubectl.ask(['logs', pod, '--container', 'k6', '--tail', String(LOG_LINES)]).catch(() => '')
  const log = new K6Log(() => {})
  log.feed(text)
  log.end()
  return log.facts.usage ?? log.facts.errors[0]?.message
}

async function follow(
  cluster: Cluster,
  follower: Follower,
): Promise<{ last: Look; judge: string | undefined; exitCode: number | undefined }> {
  let last: Look = { news: [], problems: [], end: undefined }
  let told = 0
  for await (const observation of looks(cluster)) {
    last = follower.look(observation, seconds())
    for (const line of last.news) cluster.terminal.note(line)
    for (const { sentence } of last.problems.slice(told)) cluster.terminal.note(sentence)
    told = last.problems.length
    if (last.end !== undefined) return { last, judge: observation.judge?.pod, exitCode: observation.judge?.exitCode }
  }
  return { last, judge: undefined, exitCode: undefined }
}

/** @returns the folder; undefined where there is none to fetch */
async function fetchResults({ request, kubectl, terminal }: Cluster, pod: string): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-kubernetes-'))
  try {
    await kubectl.fetch(pod, 'results', RESULTS, folder)
    const [found] = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    if (found === undefined) return undefined
    const results = freshFolder(request.results, found.name)
    cpSync(join(folder, found.name), results, { recursive: true })
    if (request.keep) await kubectl.ask(['exec', pod, '--container', 'results', '--', 'touch', FETCHED])
    return results
  } catch (error) {
    terminal.note(`The results were not fetched: ${messageOf(error)}`)
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function takeAway({ request, kubectl, terminal }: Omit<Cluster, 'stop'>): Promise<void> {
  const words = ['delete', KINDS, '--selector', selector(request)]
  try {
    await kubectl.ask([...words, '--ignore-not-found', '--wait=false'])
    const until = seconds() + GONE_S
    while ((await kubectl.ask(['get', `${KINDS},pods`, '--selector', selector(request), '--output', 'name'])).trim() !== '') {
      if (seconds() > until) throw new CannotRun(`pods have not ended after ${GONE_S} s`)
      await sleep(LOOK_MS)
    }
    terminal.note(`Nothing of ${request.name} is left in the cluster.`)
  } catch (error) {
    terminal.note(`What was created may still be there (${messageOf(error)}); this takes it away: ${kubectl.written(words)}`)
  }
}

/** Nothing more will come: the judge is to judge what it has. */
async function judgeNow(cluster: Cluster, pod: string): Promise<number | undefined> {
  const { kubectl, terminal } = cluster
  try {
    await kubectl.ask(['exec', pod, '--container', 'judge', '--', 'sh', '-c', 'kill -TERM 1'])
  } catch (error) {
    terminal.note(`The judge cannot be told: ${messageOf(error)}`)
    return undefined
  }
  const until = seconds() + JUDGING_S
  for await (const { judge } of looks(cluster)) {
    if (judge === undefined || judge.lost !== undefined || judge.exitCode !== undefined) return judge?.exitCode
    if (seconds() > until) return undefined
  }
  return undefined
}

async function tell(cluster: Cluster, problems: readonly Problem[]): Promise<void> {
  for (const { sentence, advice, pod } of problems) {
    const error = pod === undefined ? undefined : await errorOf(cluster, pod)
    cluster.terminal.print(`cluster  ${sentence}${error === undefined ? '' : ` Its log says: ${error}`}`)
    cluster.terminal.print(`  next     ${advice}`)
  }
}

/** An address needs no resolver, which may stumble over a burst, or not be there. */
async function collectorOf({ request, kubectl }: Cluster): Promise<Pick<Contents, 'collector'>> {
  const address = await kubectl.ask(['get', 'service', `${request.name}-judge`, '--output', 'jsonpath={.spec.clusterIP}'])
  return /^[\d.]+$/.test(address) ? { collector: address } : {}
}

async function carryOut(cluster: Cluster, contents: Contents): Promise<number> {
  const { request, terminal, stop } = cluster
  const all = manifests(request, contents)
  await create(cluster, [...all.secret, ...all.files, ...all.network, ...all.judge])
  terminal.note(`Waiting for the judge of ${request.name}`)
  await untilJudgeIsReady(cluster)
  if (stop.aborted) return EXIT.invalid
  await create(cluster, manifests(request, { ...contents, ...(await collectorOf(cluster)) }).testrun)
  const { duration } = contents
  const { name, parallelism, patience } = request
  const follower = new Follower({ name, parallelism, patience, duration })
  const { last, judge, exitCode: ended } = await follow(cluster, follower)
  if (stop.aborted) return EXIT.invalid
  const exitCode = judge === undefined || last.end === 'judged' ? ended : await judgeNow(cluster, judge)
  const results = judge === undefined || exitCode === undefined ? undefined : await fetchResults(cluster, judge)
  if (results !== undefined) {
    const seen: ClusterFile = { schema: CLUSTER_SCHEMA, problems: last.problems, runners: follower.runners() }
    writeAtomic(join(results, 'cluster.json'), `${forJson(seen, 2)}\n`)
    show(results, dirname(results), terminal)
  }
  await tell(cluster, last.problems)
  if (exitCode === undefined || results === undefined)
    terminal.print(`INVALID  ${last.problems[0]?.sentence ?? 'The run has no verdict.'}`)
  const known = Object.values<number | undefined>(EXIT).includes(exitCode)
  // No green of a run that has lost a part of itself.
  return exitCode === undefined || results === undefined || !known || (exitCode === EXIT.pass && last.problems.length > 0)
    ? EXIT.invalid
    : exitCode
}

/** @returns the exit code of the verdict */
export async function runInCluster(
  request: ClusterRequest,
  contents: Contents,
  kubectl: Kubectl,
  terminal: Terminal,
): Promise<number> {
  const stop = new AbortController()
  const cluster: Cluster = { request, kubectl, terminal, stop: stop.signal }
  const interruption = onInterruption()
  interruption.handle(
    () => stop.abort(),
    () => process.exit(EXIT.invalid),
  )
  try {
    await requireRoom(cluster)
    try {
      return await carryOut(cluster, contents)
    } finally {
      if (stop.signal.aborted) terminal.print('INVALID  Interrupted.')
      if (request.keep)
        terminal.note(`Kept in the cluster: ${kubectl.written(['get', `${KINDS},pods`, '-l', selector(request)])}`)
      else await takeAway(cluster)
    }
  } finally {
    interruption.release()
  }
}
