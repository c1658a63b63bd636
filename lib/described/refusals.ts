/** An endpoint of the gateway's own as whoever has no right to it would ask: without a token, and with those that nobody has given out. Pure. */
import { UsageError } from '../base/errors.ts'
import type { TokenForm } from '../endpoint/endpoint.ts'
import type { Described } from './endpoint.ts'
import { looksAtBody } from './expectation.ts'
import type { DescribedFile } from './schema.ts'

/** By RFC 9110, 401 is for who has not said who he is; many gateways answer 403. */
const STATUS = [401, 403]

/** What is sent in place of the token; absent: nothing. */
const FORMS: Readonly<Record<string, TokenForm | undefined>> = {
  no_token: undefined,
  bad_token: 'bad',
  extended_token: 'extended',
  forged_token: 'forged',
  unsigned_token: 'unsigned',
  expired_token: 'expired',
}

/** @throws UsageError where nobody could tell a refusal from an answer that lets everybody in */
function checkTold({ expect, status }: Described, refused: readonly number[] = [], where: string): void {
  const same = refused.find((one) => status.includes(one))
  if (same !== undefined && !looksAtBody(expect))
    throw new UsageError(
      `${where}.refused.status: expected none of a valid answer, of whose body nothing is looked at, found ${same}; say what a valid one carries (expect.json)`,
    )
}

/**
 * @param refused what the file says of its refusals; false: nobody is refused
 * @param expired whether there is a token whose time is over
 * @param where file and key, for errors
 * @returns none for an endpoint that wants no authorization
 */
export function refusalsOf(
  described: Described,
  refused: DescribedFile['refused'],
  expired: boolean,
  where: string,
): Described[] {
  if (!described.auth || refused === false) return []
  checkTold(described, refused?.status, where)
  const { name, expect, take: _, counted_as, ...rest } = described
  const route = refused?.route ?? counted_as
  return Object.entries(FORMS).flatMap(([form, token]) =>
    token === 'expired' && !expired
      ? []
      : {
          ...rest,
          ...(route === undefined ? {} : { counted_as: route }),
          name: `${name}.${form}`,
          auth: token !== undefined,
          ...(token === undefined ? {} : { token }),
          status: refused?.status ?? STATUS,
          expect: {},
          withheld: expect,
          take: {},
        },
  )
}
