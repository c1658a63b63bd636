import type { Endpoint } from '../endpoint/endpoint.ts'
import { isWord } from '../endpoint/quick-check.ts'
import { Recent } from '../endpoint/recent.ts'
import { a, is, object, readAnswer, text } from '../endpoint/rules.ts'

const MODEL = 'loadgate-small'
/** Tokens that a completion may have. */
const MOST_TOKENS = 32
/** Different prompts, since a gateway may remember what it has completed. */
const PROMPTS = 16

/** What may stand between the quotes of a text in JSON, and be no empty text. */
const WRITTEN = '^(?:[^"\\\\\\x00-\\x1f]|\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4}))+$'
const isAtLeast1 = (value: string) => +value >= 1 && +value % 1 === 0
const isWithin = (value: string) => isAtLeast1(value) && +value <= MOST_TOKENS

/** A completion of a prompt, with its usage; prompts differ, since a gateway may remember answers. */
export const llmComplete: Endpoint<'llm_complete'> = {
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
        max_tokens: MOST_TOKENS,
      }),
      headers: { 'Content-Type': 'application/json' },
    })),
  check() {
    const ids = new Recent()
    const atLeast1 = a('a whole number of at least 1', (value) => typeof value === 'number' && value >= 1 && value % 1 === 0)
    const within = a(`at most the ${MOST_TOKENS} that were asked for`, (value) => Number(value) <= MOST_TOKENS)
    const usage = object({
      prompt_tokens: atLeast1,
      completion_tokens: (value, at) => atLeast1(value, at) ?? within(value, at),
    })
    const right = object({ id: text, model: is(MODEL), completion: text, usage })
    const written = new RegExp(WRITTEN)
    return {
      judge(body) {
        const answer = readAnswer<{ id: string }>(body, right)
        if (typeof answer === 'string') return answer
        return ids.add(answer.id) ? undefined : 'repeats the id of a completion before'
      },
      variety: {
        free: {
          completion: (completion) => written.test(completion),
          prompt_tokens: isAtLeast1,
          completion_tokens: isWithin,
          id: (id) => isWord(id) && ids.add(id),
        },
      },
    }
  },
}
