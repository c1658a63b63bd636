/** The way to the first request, with k6 and the scripts there already, and that to the scripts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { median } from '../statistics.ts'
import { firstRequest, inFolder, type Part, run } from './processes.ts'

const TIMES = 3
const WORDS = ['dist/loadgate.mjs', 'run', 'http', '--profile', 'smoke']

async function times(measure: () => Promise<number>): Promise<number> {
  const measured: number[] = []
  for (let i = 0; i < TIMES; i++) measured.push(await measure())
  return median(measured)
}

/** From the command to the first line of the embedded gateway's log. */
const embedded = () =>
  inFolder(async (folder) => {
    const began = Date.now()
    const words = [...WORDS, '--duration', '1s', '--warmup', '0', '--gateway-arg=--log']
    await run(process.execPath, words, { RESULTS_DIR: folder }).ended
    const lines = readFileSync(join(folder, 'gateway.log'), 'utf8').split('\n')
    const first = lines.find((line) => line.includes('incoming request')) ?? '{}'
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
