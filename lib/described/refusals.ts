/** An endpoint of the gateway's own as whoever has no right to it would ask: without a token, and with one that nobody has given out. Pure. */
import type { Described } from './endpoint.ts'
import type { DescribedFile } from './schema.ts'

/** By RFC 9110, 401 is for who has not said who he is; many gateways answer 403. */
const STATUS = [401, 403]

/** Where the authorization is carried, and what stands before the token. */
export interface Carried {
  name: string
  prefix: string
}

const FORMS: readonly (readonly [form: string, headers: (carried: Carried) => Record<string, string>])[] = [
  ['no_token', () => ({})],
  ['bad_token', ({ name, prefix }) => ({ [name]: `${prefix}loadgate-not-a-token` })],
]

/**
 * @param refused what the file says of its refusals; false: nobody is refused
 * @returns none for an endpoint that wants no authorization
 */
export function refusalsOf(described: Described, refused: DescribedFile['refused'], carried: Carried): Described[] {
  if (!described.auth || refused === false) return []
  const { name, expect, headers, take: _, counted_as, ...rest } = described
  const route = refused?.route ?? counted_as
  return FORMS.map(([form, unauthorized]) => ({
    ...rest,
    ...(route === undefined ? {} : { counted_as: route }),
    name: `${name}.${form}`,
    auth: false,
    headers: { ...headers, ...unauthorized(carried) },
    status: refused?.status ?? STATUS,
    expect: {},
    withheld: expect,
    take: {},
  }))
}
