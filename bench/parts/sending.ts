/** What VUs cost while they send: the most that k6 has resident, beside bare k6 that sends as many requests an iteration. */
import { reserve } from '../../cli/results/results.ts'
import { TARGET_CORE } from '../contender.ts'
import { startTarget } from '../target.ts'
import { type Figures, inFolder, MIB, mostResident, type Part, PLAIN_TARGET, runK6 } from './processes.ts'

const USERS = '1000'
/** Each VU has sent to every endpoint by then, and has read first what it reads first. */
const SECONDS = '20'

const CONTENDERS = {
  bare: { script: 'bench/contenders/bare.js', env: { MIX: 'http', AT_ONCE: '10' } },
  http: { script: 'dist/http.js', env: { TARGET: PLAIN_TARGET, THINK_TIME: '0' } },
}

export const sending: Part = async (k6) => {
  const target = await startTarget('null', TARGET_CORE)
  const most = ({ script, env }: { script: string; env: Readonly<Record<string, string>> }) =>
    inFolder((folder) => {
      reserve(folder)
      const load = { BASE_URL: target.url, USERS, DURATION: `${SECONDS}s`, RESULTS_DIR: folder }
      return mostResident(runK6(k6, script, { ...load, ...env }))
    })
  try {
    const [bare, http] = [await most(CONTENDERS.bare), await most(CONTENDERS.http)]
    const figures: Figures = {
      [`bare, ${USERS} VUs that send: MiB resident at most`]: bare / MIB,
      [`http, ${USERS} VUs that send: MiB resident at most`]: http / MIB,
      'http against bare': http / bare,
    }
    return figures
  } finally {
    await target.stop()
  }
}
