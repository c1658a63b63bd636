/** Reads the evidence of an instance, which somebody else has written: all of it is checked, and nothing in it is a path or an address. */
import * as v from 'valibot'
import { type Instance, instanceSchema } from '../../lib/summary/instance-model.ts'

/** A hundred figures of each of some dozen trends are a tenth of it. */
export const LARGEST_EVIDENCE = 4 * 1024 * 1024

/** @returns the evidence, or what is wrong with it as the end of the sentence "the evidence …" */
export function readEvidence(text: string): { instance: Instance } | { problem: string } {
  if (text.length > LARGEST_EVIDENCE) return { problem: `is larger than ${LARGEST_EVIDENCE / 1024 / 1024} MiB` }
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return { problem: 'is not whole JSON' }
  }
  const read = v.safeParse(instanceSchema, data, { abortEarly: true })
  if (read.success) return { instance: read.output }
  const [issue] = read.issues
  return { problem: `is not what this version reads (${v.getDotPath(issue) ?? 'it'}: ${issue.message})` }
}
