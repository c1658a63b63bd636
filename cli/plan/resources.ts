/** What a generator takes, in the words of Kubernetes. Pure. */
import type { Share } from './forecast.ts'

export interface Resources {
  requests: { cpu: string; memory: string }
  limits: { cpu: string; memory: string }
}

/** Requests equal limits: a pod of that kind is the last that a node without memory evicts, and its cores are its own. */
export function resourcesOf({ cores, memory }: Pick<Share, 'cores' | 'memory'>): Resources {
  const all = { cpu: String(cores), memory: `${Math.ceil(memory / 1024 ** 2)}Mi` }
  return { requests: all, limits: { ...all } }
}
