import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { IndexOf } from './index-of.ts'

export const TASK_STATUSES = ['submitted', 'canceled'] as const
export type TaskStatus = (typeof TASK_STATUSES)[number]

export interface Task {
  readonly task_id: string
  readonly agent_id: string
  readonly type: string
  readonly status: TaskStatus
  /** As JSON text: what a client may send is bounded by its bytes, not by its shape. */
  readonly input: string
}

// Whichever bound is met first; the least recently used goes.
export const MAX_TASKS = 20_000
export const MAX_INPUT_CHARS = 32 * 1024 * 1024

const ENTRY_CHARS = 300

export class Tasks {
  readonly #index = new IndexOf()
  readonly #tasks = new LRUCache<string, Task>({
    max: MAX_TASKS,
    maxSize: MAX_INPUT_CHARS,
    sizeCalculation: (task) => ENTRY_CHARS + task.input.length,
    dispose: (task) => {
      for (const label of labels(task)) this.#index.remove(label, task.task_id)
    },
  })

  create(agent_id: string, type: string, input: string): Task {
    return this.#put({ task_id: randomUUID(), agent_id, type, status: 'submitted', input })
  }

  get(id: string): Task | undefined {
    return this.#tasks.get(id)
  }

  cancel(task: Task): Task {
    this.#tasks.delete(task.task_id)
    return this.#put({ ...task, status: 'canceled' })
  }

  find(agentId: string | undefined, status: string | undefined, limit: number): { tasks: readonly Task[]; total: number } {
    const label = labelOf(agentId, status)
    const tasks: Task[] = []
    for (const id of this.#index.first(label, limit)) {
      const task = this.#tasks.peek(id)
      if (task) tasks.push(task)
    }
    return { tasks, total: this.#index.count(label) }
  }

  get size(): number {
    return this.#tasks.size
  }

  clear(): void {
    this.#tasks.clear()
    this.#index.clear()
  }

  #put(task: Task): Task {
    this.#tasks.set(task.task_id, task)
    for (const label of labels(task)) this.#index.add(label, task.task_id)
    return task
  }
}

/** One label for each question that can be asked, so that none of them is a search. */
function labelOf(agentId: string | undefined, status: string | undefined): string {
  return `${status ?? ''}/${agentId ?? ''}`
}

function labels({ agent_id, status }: Task): string[] {
  return [labelOf(undefined, undefined), labelOf(agent_id, undefined), labelOf(undefined, status), labelOf(agent_id, status)]
}
