/** The one shape of the contract's errors, and the headers that go with them. */
import type { Answer, CheckResult } from '../endpoint/endpoint.ts'
import { is, object, type Rule, readOnce, text } from '../endpoint/rules.ts'

/** What is wrong with the answer to a request that must be refused; undefined where nothing is. */
export type ErrorCheck = (answer: Pick<Answer, 'body' | 'headers'>) => CheckResult

/** Nothing but an error with this code and a message. */
export const errorOf =
  (code: Rule): ErrorCheck =>
  ({ body }) => {
    const answer = readOnce(body)
    const wrong = object({ error: object({ code, message: text }) })(answer, '')
    if (wrong !== undefined) return wrong
    const { error, ...besides } = answer as { error: object }
    const [stranger] = [...Object.keys(besides), ...Object.keys(error).filter((key) => key !== 'code' && key !== 'message')]
    return stranger === undefined ? undefined : `carries ${stranger} beside its error's code and message`
  }
export const errorCode = (code: string): ErrorCheck => errorOf(is(code))

/** A list such as that of `Allow`, or of challenges, has this word among its elements. */
export const header =
  (name: string, word: string): ErrorCheck =>
  ({ headers }) =>
    (headers[name] ?? '').split(',').some((element) => element.trim().split(' ', 1)[0] === word)
      ? undefined
      : `has no ${name} of ${word}`
