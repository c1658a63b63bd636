/** What VUs cost before they send anything: they are all made before setup sends its first request. */
import { type Figures, firstRequest, MIB, type Part, runK6 } from './processes.ts'

const SCRIPTS = { bare: 'bench/contenders/bare.js', http: 'dist/http.js', a2a: 'dist/a2a.js' }

export const vus: Part = async (k6) => {
  const figures: Figures = {}
  for (const [name, script] of Object.entries(SCRIPTS))
    for (const users of [1, 1000]) {
      const { ms, rss } = await firstRequest((url) => runK6(k6, script, { BASE_URL: url, USERS: String(users), DURATION: '1s' }))
      figures[`${name}, ${users} VUs: ms to the first request`] = ms
      figures[`${name}, ${users} VUs: MiB resident`] = rss / MIB
    }
  return figures
}
