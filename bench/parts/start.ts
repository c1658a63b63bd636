/** The way to the first request, with k6 and the scripts there already, and that to the scripts. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../statistics.ts'
import { firstRequest, inFolder, type Part, run } from './processes.ts'

const TIMES = 3
const WORDS = ['dist/loadgate.mjs', 'run', 'http', '--profile', 'smoke']

async function times(measure: () => Promise<number>): Promise<number> {
  const measured: number[] = []
  for (let i = 0; i < TIMES; i++) measured.push(await measure())
  return median(measured)
}

const POLL_MS = 20
const GIVE_UP_MS = 20_000

/** When the embedded gateway's log has its first request, which ends the run. */
const embedded = () =>
  inFolder(async (folder) => {
    const began = Date.now()
    const { pid, ended } = run(process.execPath, [...WORDS, '--gateway-arg=--log'], { RESULTS_DIR: folder })
    const log = join(folder, 'gateway.log')
    let first: string | undefined
    while (first === undefined && Date.now() - began < GIVE_UP_MS) {
      await sleep(POLL_MS)
      if (existsSync(log))
        first = readFileSync(log, 'utf8')
          .split('\n')
          .find((line) => line.includes('incoming request'))
    }
    if (pid !== undefined) process.kill(pid, 'SIGINT')
    await ended
    if (first === undefined) throw new Error('no request came to the embedded gateway')
    return (JSON.parse(first) as { time: number }).time - began
  })

const elsewhere = () =>
  inFolder(async (folder) => {
    const words = (url: string) => [...WORDS, '--results', folder, '--base-url', url]
    return (await firstRequest((url) => run(process.execPath, words(url), {}))).ms
  })

async function rebuild(): Promise<number> {
  const began = performance.now()
  await run(process.execPath, ['build.mjs'], {}).ended
  return performance.now() - began
}

export const start: Part = async () => ({
  'ms from loadgate run to the first request': await times(elsewhere),
  'ms from loadgate run to the first request at the embedded gateway': await times(embedded),
  'ms of a full rebuild': await times(rebuild),
})
