import type { Endpoint } from '../endpoint/endpoint.ts'
import { isWord } from '../endpoint/quick-check.ts'
import { Recent } from '../endpoint/recent.ts'
import { a, is, object, type Rule, readAnswer, text } from '../endpoint/rules.ts'

const MODEL = 'loadgate-small'
/** Different prompts, since a gateway may remember what it has completed. */
const PROMPTS = 16
const MAX_TOKENS = 32

/** What may stand between the quotes of a text in JSON, and be no empty text. */
const WRITTEN = '^(?:[^"\\\\\\x00-\\x1f]|\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4}))+$'
const isAtLeast1 = (value: string) => +value >= 1 && +value % 1 === 0

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
        max_tokens: MAX_TOKENS,
      }),
      headers: { 'Content-Type': 'application/json' },
    })),
  check() {
    const ids = new Recent()
    const atLeast1 = a('a whole number of at least 1', (value) => typeof value === 'number' && value >= 1 && value % 1 === 0)
    const asked = a(`at most the ${MAX_TOKENS} that were asked for`, (value) => (value as number) <= MAX_TOKENS)
    const completed: Rule = (value, at) => atLeast1(value, at) ?? asked(value, at)
    const usage = object({ prompt_tokens: atLeast1, completion_tokens: completed })
    const right = object({ id: text, model: is(MODEL), completion: text, usage })
    const written = new RegExp(WRITTEN)
    return {
      check(body) {
        const answer = readAnswer<{ id: string }>(body, right)
        if (typeof answer === 'string') return answer
        return ids.add(answer.id) ? undefined : 'repeats the id of a completion before'
      },
      variety: {
        free: {
          completion: (completion) => written.test(completion),
          prompt_tokens: isAtLeast1,
          completion_tokens: (value) => isAtLeast1(value) && +value <= MAX_TOKENS,
          id: (id) => isWord(id) && ids.add(id),
        },
      },
    }
  },
}
