/** Mistakes in a setting, and a tail that no percentile sees. */
import { type Case, hostile } from './case.ts'
import { isLoad, later } from './gateway/defects.ts'
import type { Defect } from './gateway/model.ts'
import { OPEN } from './sizes.ts'

const mistyped = (name: string, value: string, meant: string): Case => ({
  ...{ name: `${name}=${value} for ${meant}`, script: 'http', defect: () => ({}) },
  ...{ verdict: 'usage', plain: 'own', cause: new RegExp(`${name}.*${meant}`, 's') },
  // Who gives the right one as well has a variable of his own.
  env: { ...OPEN, [meant]: '', [name]: value },
})

const port = (url: string): Case => ({
  ...{ name: `a base URL of ${url}`, script: 'http', defect: () => ({}), env: { BASE_URL: url } },
  ...{ verdict: 'usage', plain: 'own', cause: /port|BASE_URL|URL/ },
})

/** So many of the requests of the load, evenly. */
const tail = (every: number, ms: number): Defect => {
  let n = 0
  return {
    async answer(exchange, right) {
      if (isLoad(exchange) && exchange.at !== undefined && ++n % every === 0) await later(ms)
      return right()
    },
  }
}

hostile('small', [
  {
    ...{ name: '-e RATEE=5', script: 'http', defect: () => ({}), flags: ['-e', 'RATEE=5'], env: { ...OPEN, RATE: '' } },
    ...{ verdict: 'usage', plain: 'own', cause: /RATEE.*RATE/s },
  },
  mistyped('RATEE', '5', 'RATE'),
  mistyped('DURATON', '1s', 'DURATION'),
  mistyped('THRESHOLD', 'strict.json', 'THRESHOLDS'),
  port('http://127.0.0.1:99999'),
  port('http://127.0.0.1:0'),
  {
    ...{ name: 'one request of a hundred takes 3 s', script: 'smoke', defect: () => tail(100, 3000), plain: 'both' },
    ...{ env: { PROFILE: 'production', THRESHOLDS: '', USERS: '10', DURATION: '6s', TIMEOUT: '3500ms' } },
    ...{ verdict: 'fail', cause: /late|max|longest|slowest|3\b.*s\b/i },
  },
])
