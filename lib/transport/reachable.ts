/** For setup(): asks the gateway for its health and stops the run at once when nobody answers. */
import http from 'k6/http'
import { health } from '../endpoints/health.ts'
import { brokeOff } from '../outcome.ts'
import type { Target } from '../target.ts'
import { reportAnswer } from './failure.ts'
import { stop } from './speak.ts'

const TRIES = 3
const NAME = 'setup'

/** Any answer will do to begin with; one that is not right is a failure of setup, which a gate of every run is on. */
export function requireAnswer(target: Pick<Target, 'baseUrl' | 'endpoints'>, timeout: number): void {
  const override = target.endpoints.health
  const url = override === false ? `${target.baseUrl}/` : (override?.base_url ?? target.baseUrl) + (override?.path ?? health.path)
  // Of a target without health nobody knows what it answers there.
  const statuses = override === false ? undefined : (override?.status ?? health.status)
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
