/** One request of a cause that can be sent again. */
import { quoted } from '../../base/shell.ts'
import type { FailureSample } from '../../results/failure-samples.ts'
import type { Example } from '../../results/verdict-model.ts'

/** Headers that carry what must not be shown, by the variable that stands for it. */
const VARIABLES: Readonly<Record<string, string>> = { authorization: 'Bearer $TOKEN', cookie: '$COOKIE' }

/** The request as a command; what is secret is a variable. */
function curl({ method, url, headers = [], type, body }: NonNullable<FailureSample['request']>): string {
  const secret = headers.map((name) => `-H "${name}: ${VARIABLES[name.toLowerCase()] ?? '$API_KEY'}"`)
  return [
    'curl -i',
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...secret,
    ...(type === undefined ? [] : [`-H ${quoted(`Content-Type: ${type}`)}`]),
    ...(body === undefined ? [] : [`-d ${quoted(body)}`]),
    quoted(url),
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
