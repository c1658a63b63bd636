import { LRUCache } from 'lru-cache'
import { IndexOf } from './index-of.ts'

export interface Agent {
  readonly agent_id: string
  readonly name: string
  readonly capabilities: readonly string[]
}

// At most about 1 KiB each with the limits on its fields, so 20 MB when full; the one not heard of for longest goes.
export const MAX_AGENTS = 20_000

/** Every agent, whatever it can do. */
const ANY = ''

export class Agents {
  readonly #byCapability = new IndexOf()
  readonly #agents = new LRUCache<string, Agent>({
    max: MAX_AGENTS,
    dispose: (agent) => {
      for (const label of labels(agent)) this.#byCapability.remove(label, agent.agent_id)
    },
  })

  /** Registering again replaces what was said before. */
  register(agent: Agent): void {
    this.#agents.delete(agent.agent_id)
    this.#agents.set(agent.agent_id, agent)
    for (const label of labels(agent)) this.#byCapability.add(label, agent.agent_id)
  }

  /** Whether it is known; being asked for keeps it from being forgotten. */
  touch(id: string): boolean {
    return this.#agents.get(id) !== undefined
  }

  remove(id: string): boolean {
    return this.#agents.delete(id)
  }

  find(capability: string | undefined, limit: number): { readonly agents: readonly Agent[]; readonly total: number } {
    const label = capability ?? ANY
    const agents: Agent[] = []
    for (const id of this.#byCapability.first(label, limit)) {
      const agent = this.#agents.peek(id)
      if (agent) agents.push(agent)
    }
    return { agents, total: this.#byCapability.count(label) }
  }

  get size(): number {
    return this.#agents.size
  }

  clear(): void {
    this.#agents.clear()
    this.#byCapability.clear()
  }
}

function labels(agent: Agent): Set<string> {
  return new Set([ANY, ...agent.capabilities])
}
