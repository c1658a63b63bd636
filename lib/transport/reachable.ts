/** For setup(): asks the gateway for its health, or whatever the target has in its place, and stops the run at once when nobody answers. */
import http from 'k6/http'
import type { Greeting } from '../briefing/requests.ts'
import { brokeOff } from '../outcome.ts'
import { reportAnswer } from './failure.ts'
import { stop } from './speak.ts'

const TRIES = 3
const NAME = 'setup'

/** Any answer will do to begin with; one that is not right is a failure of setup, which a gate of every run is on. */
export function requireAnswer({ url, statuses }: Greeting, timeout: number): void {
  let error = ''
  let code = 0
  for (let i = 0; i < TRIES; i++) {
    const response = http.get(url, { timeout: timeout * 1000, responseType: 'text', redirects: 0, tags: { name: NAME } })
    const { status } = response
    if (status === 0 || statuses?.includes(status) === false) reportAnswer(NAME, response, { statuses: statuses ?? [200] })
    if (status !== 0) return
    error = response.error
    code = response.error_code
  }
  stop(brokeOff(code) ? `no HTTP answer comes from ${url}: ${error}` : `nobody answers at ${url}: ${error}`)
}
