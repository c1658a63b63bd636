/** For setup(): asks the gateway for its health and stops the run at once when nobody answers. */
import exec from 'k6/execution'
import http from 'k6/http'
import { health } from '../endpoints/health.ts'
import { brokeOff } from '../outcome.ts'
import type { Target } from '../target.ts'

const TRIES = 3

/** Any answer will do: what is wrong with it is for the gates to say, on samples. */
export function requireAnswer(target: Pick<Target, 'baseUrl' | 'endpoints'>, timeout: number): void {
  const override = target.endpoints.health
  const url = override === false ? `${target.baseUrl}/` : (override?.base_url ?? target.baseUrl) + (override?.path ?? health.path)
  let error = ''
  let code = 0
  for (let i = 0; i < TRIES; i++) {
    const response = http.get(url, { timeout: timeout * 1000, responseType: 'none', tags: { name: 'setup' } })
    if (response.status !== 0) return
    error = response.error
    code = response.error_code
  }
  exec.test.abort(brokeOff(code) ? `no HTTP answer comes from ${url}: ${error}` : `nobody answers at ${url}: ${error}`)
}
