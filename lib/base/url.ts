/** URLs that a target file may write. */
import { pipe, regex, string } from 'valibot'
import { urlPattern } from './hosts.ts'

// Reports name them, so no secret may stand in one.
const A_URL =
  'expected a URL such as https://gateway.example.com, without user name and password (AUTH is for those) and with a port, if any, from 1 to 65535'
export const baseUrl = pipe(string(), regex(urlPattern('http', 'https'), A_URL))
/** Of an endpoint, which may be a WebSocket. */
export const endpointUrl = pipe(string(), regex(urlPattern('http', 'https', 'ws', 'wss'), A_URL))
