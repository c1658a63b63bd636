import { createHash, randomUUID } from 'node:crypto'

const WORDS = ['gateway', 'request', 'answer', 'route', 'load', 'token', 'queue', 'cache', 'stream', 'signal', 'window', 'limit']
const DEFAULT_MAX_TOKENS = 64

export interface Completion {
  readonly id: string
  readonly model: string
  readonly completion: string
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number }
}

/** Words, counted as tokens. The same prompt always gets the same words. */
export function complete(model: string, prompt: string, maxTokens = DEFAULT_MAX_TOKENS): Completion {
  const digest = createHash('sha256').update(`${model}\n${prompt}`).digest()
  const length = Math.min(maxTokens, 8 + ((digest[0] ?? 0) % 56))
  const words = Array.from({ length }, (_, at) => WORDS[((digest[at % digest.length] ?? 0) + at) % WORDS.length])
  return {
    id: `cmpl-${randomUUID()}`,
    model,
    completion: words.join(' '),
    usage: { prompt_tokens: prompt.match(/\S+/g)?.length ?? 0, completion_tokens: length },
  }
}
