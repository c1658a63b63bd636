/** What calibrations of this machine have found, kept beside the k6 that they were made with. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { writeAtomic } from '../base/atomic.ts'
import { coresHere } from '../generator/headroom.ts'
import { cacheFolder } from '../k6/cache.ts'

type Environment = Readonly<Record<string, string | undefined>>

const calibrationSchema = v.object({
  script: v.string(),
  /** Highest requests a second that were sent in full and that k6 and the probe agreed on. */
  rate: v.number(),
  cores: v.number(),
  k6: v.string(),
  measured_at: v.string(),
  /** Of websocket: resident bytes of k6 for each socket that it holds. */
  socket_bytes: v.exactOptional(v.number()),
  /** Why the next higher rate did not hold. */
  limit: v.string(),
})
export type Calibration = v.InferOutput<typeof calibrationSchema>
const fileSchema = v.object({
  schema: v.literal('loadgate.calibration/1'),
  machines: v.record(v.string(), v.array(calibrationSchema)),
})
type File = v.InferOutput<typeof fileSchema>

const fileOf = (env: Environment): string => join(cacheFolder(env), 'calibration.json')

/** Two machines with the same are taken for one: what they can send is the same. */
export function fingerprint(): string {
  const facts = [cpus()[0]?.model ?? '', coresHere(), Math.round(totalmem() / 1024 ** 3), type(), release()]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16)
}

function read(env: Environment): File {
  try {
    return v.parse(fileSchema, JSON.parse(readFileSync(fileOf(env), 'utf8')))
  } catch {
    // None yet, or one of another version: it is made anew.
    return { schema: 'loadgate.calibration/1', machines: {} }
  }
}

/** The calibration of this machine: of that script, or else of any. */
export function calibrationFor(script: string, env: Environment, machine = fingerprint()): Calibration | undefined {
  const all = read(env).machines[machine] ?? []
  return all.find((one) => one.script === script) ?? all.find(({ socket_bytes }) => socket_bytes === undefined)
}

/** Resident bytes of k6 for each socket; undefined where this machine was not asked. */
export function socketBytesHere(env: Environment, machine = fingerprint()): number | undefined {
  return read(env).machines[machine]?.find(({ script }) => script === 'websocket')?.socket_bytes
}

export function keepCalibration(calibration: Calibration, env: Environment, machine = fingerprint()): string {
  const file = read(env)
  const others = (file.machines[machine] ?? []).filter(({ script }) => script !== calibration.script)
  mkdirSync(cacheFolder(env), { recursive: true })
  writeAtomic(
    fileOf(env),
    `${JSON.stringify({ ...file, machines: { ...file.machines, [machine]: [calibration, ...others] } }, null, 2)}\n`,
  )
  return fileOf(env)
}
