import type { Endpoint } from './endpoint.ts'

const MODEL = 'loadgate-small'
/** Different prompts, since a gateway may remember what it has completed. */
const PROMPTS = 16

const COMPACT_MODEL = `"model":"${MODEL}"`

// Strings find the compact form, at a quarter of what a regular expression costs in k6's engine.
function idIn(body: string): string | undefined {
  const start = body.indexOf('"id":"') + 6
  return start < 6 ? /"id":\s*"([^"]+)"/.exec(body)?.[1] : body.slice(start, body.indexOf('"', start)) || undefined
}

/** Whether the number after a key is above 0. */
function counts(body: string, key: string): boolean {
  const before = `"${key}":`
  const at = body.indexOf(before)
  if (at < 0) return false
  const digit = body[at + before.length] ?? ''
  return (digit >= '1' && digit <= '9') || new RegExp(`${before}\\s*[1-9]`).test(body)
}

function hasText(body: string, before: string, otherwise: RegExp): boolean {
  const at = body.indexOf(before)
  return at < 0 ? otherwise.test(body) : body[at + before.length] !== '"'
}

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
    return (body) => {
      const id = idIn(body)
      if (id === undefined) return 'has no id'
      if (id === lastId) return 'repeats the id of the completion before'
      lastId = id
      if (!body.includes(COMPACT_MODEL) && !new RegExp(`"model":\\s*"${MODEL}"`).test(body)) return `is not of model ${MODEL}`
      if (!hasText(body, '"completion":"', /"completion":\s*"[^"]/)) return 'has no completion'
      return counts(body, 'prompt_tokens') && counts(body, 'completion_tokens') ? undefined : 'does not say what it used'
    }
  },
}
