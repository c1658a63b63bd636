/** The machine that the load was sent from: a verdict depends on it. */
import { cpus, release, totalmem, type } from 'node:os'
import type { Machine } from './verdict-model.ts'

export function thisMachine(): Machine {
  const all = cpus()
  return {
    cpus: all.length,
    model: all[0]?.model.trim() ?? 'unknown',
    memory_bytes: totalmem(),
    os: `${type()} ${release()} ${process.arch}`,
    node: process.version,
  }
}
