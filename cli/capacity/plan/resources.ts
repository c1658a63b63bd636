/** What a generator takes, in the words of Kubernetes. Pure. */
import type { Share } from './forecast.ts'

export interface Resources {
  requests: { cpu: string; memory: string }
  limits: { cpu: string; memory: string }
}

/**
 * Of whole cores requests equal limits: a pod of that kind is the last that a node without memory evicts, and its cores are its own.
 * Who needs less than a core may still have one at times: k6 that is held back in the middle of a request measures itself.
 */
export function resourcesOf({ cores, memory }: Pick<Share, 'cores' | 'memory'>): Resources {
  const bytes = `${Math.ceil(memory / 1024 ** 2)}Mi`
  return {
    requests: { cpu: cores < 1 ? `${cores * 1000}m` : String(cores), memory: bytes },
    limits: { cpu: String(Math.ceil(cores)), memory: bytes },
  }
}
