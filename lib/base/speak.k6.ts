/**
 * What a script says in k6's log, and with which words it stops a run: without secrets, and with nothing that a terminal or a CI
 * system would obey. k6 prints it as it is, so nothing is said anywhere else.
 */
import exec from 'k6/execution'
import { visible } from './escape.ts'
import { excerpt, quoted } from './redact.ts'

/** Tokens of this VU, the latest of them: a request that was under way may still carry one of before. */
const tokens: string[] = []
const MOST_TOKENS = 6

let ofRun: () => readonly string[] = () => []

/** @param read the secrets of the run: asked for only when something is said */
export function keepSecret(read: () => readonly string[]): void {
  ofRun = read
}

/** From now on this token is taken out of whatever is said. */
export function conceal(token: string | undefined): void {
  if (token === undefined || tokens.includes(token)) return
  tokens.push(token)
  if (tokens.length > MOST_TOKENS) tokens.shift()
}

const secrets = (): string[] => [...tokens, ...ofRun()]

/** VUs that take the time to decode what may be a secret. */
const THOROUGH = 20

/** A thousand VUs that all decode what a gateway sends them would measure themselves. */
function inHaste(): boolean {
  // Neither the first pass, setup, teardown nor the summary is a VU, and k6 throws where they ask which.
  if (__VU === 0) return false
  const { vu, instance } = exec
  return vu.idInInstance % Math.ceil(Math.max(1, instance.vusInitialized) / THOROUGH) !== 0
}

/** A sentence with words of the gateway in it, without secrets; no log may take it as it is. */
export const concealed = (text: string): string => quoted(text, secrets(), inHaste())

/** A URL, without secrets: it is short enough to be looked at closely, and nobody can ask again without it. */
export const address = (url: string): string => quoted(url, secrets())

/** The beginning of an answer, without secrets. */
export const beginning = (body: string): string => excerpt(body, secrets(), inHaste())

/** A line with words of others in it, as it may be printed. */
export const told = (text: string): string => visible(concealed(text))

/** One line of JSON, whose texts have no secrets any more. */
export const record = (what: string, data: object): void => console.warn(visible(`loadgate ${what} ${JSON.stringify(data)}`))

export const warn = (text: string): void => console.warn(`loadgate: ${told(text)}`)

/** Stops the run. */
export const stop = (why: string): void => exec.test.abort(told(why))

const said = new Set<string>()

/** An error that goes no further; each is told once. */
export function complain(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  if (said.has(text)) return
  said.add(text)
  // The lines of a stack are none of the gateway's.
  console.error(text.split('\n').map(told).join('\n'))
}

/**
 * What k6 is to print of a mistake in what the user wrote: the sentence. Of an error it would print the stack as well.
 * By its name, since what runs in the first pass only is bundled apart, with a class of its own.
 */
export const sentenceOf = (error: unknown): unknown =>
  error instanceof Error && error.name === 'UsageError' ? `${error.name}: ${error.message}` : error

let latest: { message: string; told: string } | undefined

/** An error that k6 will print, with a message that it may print; a script that throws each time throws the same, mostly. */
export function printable(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error)
  if (latest?.message !== message) latest = { message, told: told(message) }
  if (!(error instanceof Error)) return latest.told
  error.message = latest.told
  return error
}
