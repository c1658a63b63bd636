/** The command line of the benchmarks. */
import { parseArgs } from 'node:util'

/** What the command line may say in place of a sitting's own. */
export interface Wishes {
  rounds?: number
  seconds?: number
  /** Requests a second, where a sitting has a rate: one that this machine can send. */
  rate?: number
  /** Names of contenders, beside the one that all are compared with. */
  only?: readonly string[]
}

export const OPTIONS = {
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  rate: { type: 'string' },
  only: { type: 'string', multiple: true },
} as const

/** A mistake on the command line is a sentence. */
export function mistake(sentence: string): never {
  console.error(`bench: ${sentence}`)
  process.exit(2)
}

function number(name: string, written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  const value = Number(written)
  if (!(value > 0)) mistake(`--${name}: expected a number above 0, found ${JSON.stringify(written)}`)
  return value
}

/** @returns what was wished for, and which sittings; all of them where none is named */
export function wishes(sittings: readonly string[]): { wished: Wishes; chosen: readonly string[] } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: OPTIONS,
  })
  const unknown = positionals.filter((name) => !sittings.includes(name))
  if (unknown.length > 0) mistake(`no sitting ${unknown.join(', ')}; there are ${sittings.join(', ')}`)
  const [rounds, seconds] = [number('rounds', values.rounds), number('seconds', values.seconds)]
  const rate = number('rate', values.rate)
  return {
    wished: {
      ...(rounds === undefined ? {} : { rounds }),
      ...(seconds === undefined ? {} : { seconds }),
      ...(rate === undefined ? {} : { rate }),
      ...(values.only === undefined ? {} : { only: values.only }),
    },
    chosen: positionals.length > 0 ? positionals : sittings,
  }
}
