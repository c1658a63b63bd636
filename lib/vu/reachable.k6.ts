/** For setup(): asks the gateway for its health, or whatever the target has in its place, and stops the run at once when nobody answers. */
import http, { type RefinedResponse } from 'k6/http'
import { brokeOff } from '../base/outcome.ts'
import { stop } from '../base/speak.k6.ts'
import { reportAnswer } from '../metrics/failure.k6.ts'
import type { Greeting } from './requests.ts'

type Response = RefinedResponse<'text'>

const TRIES = 3
const NAME = 'setup'

/**
 * Any answer will do to begin with; one that is not right is a failure of setup, which a gate of every run is on. So is a try
 * without an answer, but where no try has found anybody: of a gateway that is not there nothing is known.
 */
export function requireAnswer({ url, statuses }: Greeting, timeout: number): void {
  const unanswered: Response[] = []
  const blame = (...responses: readonly Response[]) => {
    for (const response of responses) reportAnswer(NAME, response, { statuses: statuses ?? [200] })
  }
  for (let i = 0; i < TRIES; i++) {
    const response = http.get(url, { timeout: timeout * 1000, responseType: 'text', redirects: 0, tags: { name: NAME } })
    if (response.status !== 0) {
      blame(...unanswered, ...(statuses?.includes(response.status) === false ? [response] : []))
      return
    }
    unanswered.push(response)
  }
  const broken = unanswered.find(({ error_code }) => brokeOff(error_code))
  if (broken === undefined) {
    stop(`nobody answers at ${url}: ${unanswered[0]?.error}`)
  } else {
    blame(...unanswered)
    stop(`no HTTP answer comes from ${url}: ${broken.error}`)
  }
}
