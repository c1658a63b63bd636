/** One request of a cause that can be sent again. */
import type { FailureSample } from '../../results/failure-samples.ts'
import type { Example } from '../../results/verdict-model.ts'

/** One word of a shell, whatever is in it. */
const quotedForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Headers that carry what must not be shown, by the variable that stands for it. */
const VARIABLES: Readonly<Record<string, string>> = { authorization: 'Bearer $TOKEN', cookie: '$COOKIE' }

/** The request as a command; what is secret is a variable. */
function curl({ method, url, headers = [], type, body }: NonNullable<FailureSample['request']>): string {
  const secret = headers.map((name) => `-H "${name}: ${VARIABLES[name.toLowerCase()] ?? '$API_KEY'}"`)
  return [
    'curl -i',
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...secret,
    ...(type === undefined ? [] : [`-H ${quotedForShell(`Content-Type: ${type}`)}`]),
    ...(body === undefined ? [] : [`-d ${quotedForShell(body)}`]),
    quotedForShell(url),
  ].join(' ')
}

export function exampleOf(sample: FailureSample | undefined): Example | undefined {
  if (sample === undefined) return undefined
  const { status, why, body, request, at } = sample
  return {
    ...(request === undefined ? {} : { request: `${request.method} ${request.url}`, ms: request.ms, curl: curl(request) }),
    status,
    why,
    body,
    ...(at === undefined ? {} : { at }),
  }
}
