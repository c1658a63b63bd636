import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { IndexOf } from './index-of.ts'

export const A2A_STATES = [
  'TASK_STATE_SUBMITTED',
  'TASK_STATE_WORKING',
  'TASK_STATE_COMPLETED',
  'TASK_STATE_FAILED',
  'TASK_STATE_CANCELED',
  'TASK_STATE_INPUT_REQUIRED',
  'TASK_STATE_REJECTED',
  'TASK_STATE_AUTH_REQUIRED',
] as const

export type A2aState = (typeof A2A_STATES)[number]

export interface A2aTask {
  readonly id: string
  readonly contextId: string
  readonly state: A2aState
  readonly updatedAtMs: number
  /** Grows with every change to any task: the order of changes, and a cursor into it. */
  readonly version: number
  /** The user's message as JSON text, which also bounds what it may take. */
  readonly message: string
}

export interface TaskFilter {
  readonly contextId?: string | undefined
  readonly state?: A2aState | undefined
  readonly updatedFromMs?: number | undefined
  /** Only what changed before this version. */
  readonly before?: number | undefined
}

export const MAX_A2A_TASKS = 20_000
export const MAX_MESSAGE_CHARS = 32 * 1024 * 1024
/** How long work that nobody waits for takes. */
export const WORK_MS = 5000

const ENTRY_CHARS = 400

/** Tasks in the order of their last change, which is also the order in which they are forgotten. */
export class A2aTasks {
  readonly #byContext = new IndexOf()
  readonly #tasks = new LRUCache<string, A2aTask>({
    max: MAX_A2A_TASKS,
    maxSize: MAX_MESSAGE_CHARS,
    sizeCalculation: ({ message }) => ENTRY_CHARS + message.length,
    dispose: ({ id, contextId }) => this.#byContext.remove(contextId, id),
  })
  /** Work under way, first to end first: all of it takes equally long. */
  #working: { readonly id: string; readonly endsAtMs: number }[] = []
  #version = 0

  create(
    message: string,
    contextId: string | undefined,
    state: 'TASK_STATE_WORKING' | 'TASK_STATE_COMPLETED',
    now = Date.now(),
  ): A2aTask {
    this.#settle(now)
    const id = randomUUID()
    if (state === 'TASK_STATE_WORKING') this.#working.push({ id, endsAtMs: now + WORK_MS })
    return this.#put({ id, contextId: contextId ?? randomUUID(), state, updatedAtMs: now, version: 0, message })
  }

  get(id: string, now = Date.now()): A2aTask | undefined {
    this.#settle(now)
    return this.#tasks.peek(id)
  }

  change(task: A2aTask, state: A2aState, now = Date.now()): A2aTask {
    return this.#put({ ...task, state, updatedAtMs: now })
  }

  /** Latest change first, one more than asked for when there are more. */
  list(filter: TaskFilter, limit: number, now = Date.now()): A2aTask[] {
    this.#settle(now)
    const found: A2aTask[] = []
    for (const task of this.#candidates(filter.contextId)) {
      if (!matches(task, filter)) continue
      found.push(task)
      if (found.length > limit) break
    }
    return found
  }

  count(filter: TaskFilter): number {
    if (filter.contextId === undefined && filter.state === undefined && filter.updatedFromMs === undefined)
      return this.#tasks.size
    let count = 0
    for (const task of this.#candidates(filter.contextId)) if (matches(task, { ...filter, before: undefined })) count++
    return count
  }

  clear(): void {
    this.#tasks.clear()
    this.#byContext.clear()
    this.#working = []
  }

  #candidates(contextId: string | undefined): Iterable<A2aTask> {
    // Reads never count as a use here, so the cache's own order is the order of changes.
    if (contextId === undefined) return this.#tasks.values()
    const found: A2aTask[] = []
    for (const id of this.#byContext.all(contextId)) {
      const task = this.#tasks.peek(id)
      if (task) found.push(task)
    }
    return found.sort((a, b) => b.version - a.version)
  }

  #put(task: A2aTask): A2aTask {
    const stored = { ...task, version: ++this.#version }
    this.#tasks.delete(task.id)
    this.#tasks.set(task.id, stored)
    this.#byContext.add(task.contextId, task.id)
    return stored
  }

  /** Ends the work that was due to end, without a timer for each task. */
  #settle(now: number): void {
    let ended = 0
    for (const { id, endsAtMs } of this.#working) {
      if (endsAtMs > now) break
      ended++
      const task = this.#tasks.peek(id)
      if (task?.state === 'TASK_STATE_WORKING') this.change(task, 'TASK_STATE_COMPLETED', endsAtMs)
    }
    if (ended > 0) this.#working = this.#working.slice(ended)
  }
}

function matches(task: A2aTask, { state, updatedFromMs, before }: TaskFilter): boolean {
  if (state !== undefined && task.state !== state) return false
  if (updatedFromMs !== undefined && task.updatedAtMs < updatedFromMs) return false
  return before === undefined || task.version < before
}
