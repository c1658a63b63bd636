import type { Endpoint } from './endpoint.ts'

const MODEL = 'loadgate-small'
/** Different prompts, since a gateway may remember what it has completed. */
const PROMPTS = 16

export const llmComplete: Endpoint = {
  name: 'llm_complete',
  method: 'POST',
  path: '/api/v1/integration/llm/complete',
  auth: true,
  status: [200],
  type: 'application/json',
  calls: (random) =>
    Array.from({ length: PROMPTS }, () => ({
      body: JSON.stringify({
        model: MODEL,
        prompt: `Say something about the number ${Math.floor(random.next() * 1e9)}.`,
        max_tokens: 32,
      }),
      headers: { 'Content-Type': 'application/json' },
    })),
  judge: () => {
    let lastId = ''
    return ({ body }) => {
      const id = /"id":\s*"([^"]+)"/.exec(body)?.[1]
      if (id === undefined) return 'has no id'
      if (id === lastId) return 'repeats the id of the completion before'
      lastId = id
      if (!new RegExp(`"model":\\s*"${MODEL}"`).test(body)) return `is not of model ${MODEL}`
      if (!/"completion":\s*"[^"]/.test(body)) return 'has no completion'
      return /"prompt_tokens":\s*[1-9]/.test(body) && /"completion_tokens":\s*[1-9]/.test(body)
        ? undefined
        : 'does not say what it used'
    }
  },
}
