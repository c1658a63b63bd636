/** The command's end of the control probe. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { ProbeExample, ProbeOrder, ProbeSample, Tally, Written } from './probe-protocol.ts'

export interface RunningProbe {
  samples: readonly ProbeSample[]
  /** One failure of each endpoint and class. */
  examples: readonly ProbeExample[]
  /** All that it has sent; undefined until it has ended in good order. */
  tally(): Tally | undefined
  stop(): Promise<void>
}

/** A run of days must not fill the memory of the command: older samples go first. */
const MOST_SAMPLES = 2_000_000
const STOP_MS = 3000

/** The last line of a probe that was killed may be cut. */
function readLine(line: string): Written {
  try {
    return JSON.parse(line) as Written
  } catch {
    return []
  }
}

/** @param program dist/probe.mjs */
export function startProbe(program: string, order: ProbeOrder): RunningProbe {
  const samples: ProbeSample[] = []
  const examples: ProbeExample[] = []
  let tally: Tally | undefined
  // The secrets of the order must stand in no process list: they go through the pipe.
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'ignore'], detached: true })
  const gone = once(child, 'close').catch(() => {})
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify(order)}\n`)
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = readLine(line)
    if ('tally' in said) {
      tally = said.tally
      return
    }
    if ('example' in said) {
      examples.push(said.example)
      return
    }
    for (const [at, endpoint, ms, waited, late, failure] of said) samples.push({ at, endpoint, ms, waited, late, failure })
    if (samples.length > MOST_SAMPLES) samples.splice(0, samples.length - MOST_SAMPLES)
  })
  return {
    samples,
    examples,
    tally: () => tally,
    async stop() {
      child.stdin.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await gone
      clearTimeout(timer)
    },
  }
}
