/** What is most likely to be changed where an answer was wrong. Pure. */

import type { Described } from '../../lib/described/endpoint.ts'
import { placeholdersSent } from '../../lib/described/endpoint.ts'
import type { Subject } from '../../lib/run/once.ts'
import type { Target } from '../../lib/target/target.ts'
import type { Answered } from './send.ts'
import type { Token } from './token.ts'

interface Surroundings {
  target: Pick<Target, 'auth' | 'baseUrl'>
  token: Token
}

function unauthorized({ auth, name }: Described, { target, token }: Surroundings): string {
  const { flow } = target.auth
  if (flow === 'none') return 'it wants an authorization (TOKEN in the environment and --auth bearer, or auth.flow in the file)'
  if (!auth) return `it wants the authorization, and endpoints.${name}.auth is false`
  if (token.missing !== undefined) return `${token.missing}; ${token.mend}`
  return `it does not take what was sent${flow === 'bearer' ? ': is TOKEN right, and not over?' : flow === 'api_key' ? ': is API_KEY right, and auth.header?' : ''}`
}

/** Of a request that had to be refused. */
const unrefused = (name: string, { status }: Answered): string =>
  status < 400
    ? `it serves who has no right to it; if it is for everybody: endpoints.${name}.auth: false`
    : `if that is how it refuses who has no right: endpoints.${name}.refused.status`

/** @returns undefined where nothing is known that would help */
export function mendOf(
  { described, ofContract }: Pick<Subject, 'described' | 'ofContract'>,
  answer: Answered,
  around: Surroundings,
): string | undefined {
  const { name, values, status, withheld } = described
  const { status: got, headers } = answer
  if (withheld !== undefined) return unrefused(name.slice(0, name.lastIndexOf('.')), answer)
  const to = headers.Location
  const ids = placeholdersSent(described).filter((placeholder) => described.path.includes(`{${placeholder}`))
  if (status.includes(got)) {
    if (/html/.test(headers['Content-Type'] ?? '') && described.expect.type !== undefined && !/html/.test(described.expect.type))
      return `it is a page: is ${around.target.baseUrl} where the API is (base_url)?`
    return undefined
  }
  if (got === 401 || got === 403) return unauthorized(described, around)
  if (got >= 300 && got < 400 && to !== undefined)
    return `it sends to ${to}, and redirects are not followed: write that place into endpoints.${name}.path, or into base_url`
  if (got === 404 && ids.length > 0) {
    const [id = ''] = ids
    return Object.hasOwn(values, id)
      ? `does that ${id} exist? Values that do belong into endpoints.${name}.values.${id}`
      : `does that ${id} exist, and is the path right?`
  }
  if (got === 404) return `is the path right? It is below ${around.target.baseUrl} (base_url)`
  if (got === 405) return `is ${described.method} right (endpoints.${name}.method)?`
  if (got === 406) return `it has no such type: endpoints.${name}.headers.Accept`
  if (got === 415) return `it takes another type of body: endpoints.${name}.headers.Content-Type`
  if (got === 400 || got === 409 || got === 422)
    return `it does not take what was sent: endpoints.${name}.${described.body === undefined ? 'query' : 'body'}`
  if (got === 429) return 'its limiter refused it: what was sent before has used up what is allowed'
  if (got >= 500) return 'the gateway failed, or what is behind it'
  if (got >= 200 && got < 300) return `if ${got} is right: endpoints.${name}.${ofContract ? 'status' : 'expect.status'}`
  return undefined
}
