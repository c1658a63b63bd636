/** Where the value of a placeholder comes from, request by request. All from SEED: the same seed sends the same requests. Pure. */
import { UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/nearest.ts'
import { type Random, seeded } from '../base/random.ts'
import { wholePlaceholder } from './template.ts'

/** Who is sending. */
export interface Sender {
  seed: number
  /** Name of the endpoint: one more endpoint in a mix changes no other's values. */
  endpoint: string
  /** Number of the VU. */
  vu: number
  /** Name of the run. */
  run: string
}

/** The value of request number `turn`. */
export type Draw = (turn: number) => unknown

/** What a placeholder may be, beside the name of a value: how it is written, and what it makes. */
interface Generator {
  usage: string
  /** @returns undefined where the arguments are not what it takes */
  make(argument: string | undefined, sender: Sender, random: () => Random): Draw | undefined
}

const INT = /^(-?\d+)\.\.(-?\d+)$/
/** Requests of one VU, at most: numbers of several VUs must not meet. */
const PER_VU = 10_000_000

const BITS_32 = 0x1_0000_0000

/** Eight hexadecimal digits of 32 bits: one digit more before them, so that none has to be padded. */
const hex = (bits: number): string => (BITS_32 + bits).toString(16).slice(1)

function uuidOf({ next }: Random): string {
  const start = hex(next() * BITS_32)
  const version = hex((((next() * BITS_32) & 0xffff_0fff) | 0x4000) >>> 0)
  const variant = hex((((next() * BITS_32) & 0x3fff_ffff) | 0x8000_0000) >>> 0)
  return `${start}-${version.slice(0, 4)}-${version.slice(4)}-${variant.slice(0, 4)}-${variant.slice(4)}${hex(next() * BITS_32)}`
}

export const GENERATORS: Readonly<Record<string, Generator>> = {
  seq: {
    usage: '{seq}: a whole number that no other request of this k6 to this endpoint has',
    make: (argument, { vu }) => {
      let last = vu * PER_VU
      return argument === undefined ? () => ++last : undefined
    },
  },
  uuid: {
    usage: '{uuid}: a version 4 UUID',
    make: (argument, _sender, random) => {
      const own = random()
      return argument === undefined ? () => uuidOf(own) : undefined
    },
  },
  int: {
    usage: '{int:1..100}: a whole number, both ends included',
    make: (argument, _sender, random) => {
      const [, from, to] = INT.exec(argument ?? '') ?? []
      if (from === undefined || Number(to) < Number(from)) return undefined
      const own = random()
      const width = Number(to) - Number(from) + 1
      return () => Number(from) + Math.floor(own.next() * width)
    },
  },
  choice: {
    usage: '{choice:a|b|c}: one of these texts',
    make: (argument, _sender, random) => {
      const texts = (argument ?? '').split('|')
      if (argument === undefined || texts.includes('')) return undefined
      const own = random()
      return () => texts[Math.floor(own.next() * texts.length)]
    },
  },
  now: {
    usage: '{now}: milliseconds since the epoch; {now:iso}: the same as 2026-01-31T09:30:00.000Z',
    make: (argument) =>
      argument === undefined ? () => Date.now() : argument === 'iso' ? () => new Date().toISOString() : undefined,
  },
  run: {
    usage: '{run}: a short name that no other run has',
    make: (argument, { run }) => (argument === undefined ? () => run : undefined),
  },
  vu: {
    usage: '{vu}: the number of the VU',
    make: (argument, { vu }) => (argument === undefined ? () => vu : undefined),
  },
}

/** FNV-1a: names that differ in one letter have seeds that differ in all bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** A seed of an endpoint's own, by its name. */
export const seedOf = (seed: number, ...names: readonly (string | number)[]): number => hashOf([seed, ...names].join('\n'))

/** Values of a list in an order of the seed's own, the same for all VUs; the second list goes on when the first has come round. */
function listed(values: readonly unknown[], seed: number, place: number): Draw {
  const order = seeded(seed).shuffle(values)
  const { length } = order
  return (turn) => order[(turn + Math.floor(turn / length) * place) % length]
}

/** Values by name: a list, or a text that is one generator, such as `{uuid}`. */
export type ValueSources = Readonly<Record<string, readonly unknown[] | string>>

/**
 * The draw of a placeholder.
 * @param place of the placeholder among those of the request
 * @returns undefined for a name that is neither a value nor a generator: it may be taken from an answer
 */
export function drawOf(name: string, sources: ValueSources, sender: Sender, place: number): Draw | undefined {
  const { seed, endpoint, vu } = sender
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined
  if (typeof source === 'string') {
    const alone = wholePlaceholder(source)
    return alone === undefined || alone === name ? () => source : drawOf(alone, {}, sender, place)
  }
  if (source !== undefined) return listed(source, seedOf(seed, endpoint, name), place)
  const [kind = '', argument] = split(name)
  const generator = Object.hasOwn(GENERATORS, kind) ? GENERATORS[kind] : undefined
  return generator?.make(argument, sender, () => seeded(seedOf(seed, endpoint, name, vu)))
}

function split(name: string): [kind: string, argument: string | undefined] {
  const colon = name.indexOf(':')
  return colon < 0 ? [name, undefined] : [name.slice(0, colon), name.slice(colon + 1)]
}

const NOBODY: Sender = { seed: 0, endpoint: '', vu: 0, run: '' }

/**
 * Checks that a placeholder means something.
 * @param taken names that answers give
 * @param where file and key, for the error
 * @throws UsageError with the nearest name
 */
export function checkPlaceholder(name: string, sources: ValueSources, taken: readonly string[], where: string): void {
  if (taken.includes(name) || drawOf(name, sources, NOBODY, 0) !== undefined) return
  const [kind, argument] = split(name)
  const generator = Object.hasOwn(GENERATORS, kind) ? GENERATORS[kind] : undefined
  if (generator !== undefined) throw new UsageError(`${where}: expected ${generator.usage}, found {${name}}`)
  const known = [...Object.keys(sources), ...taken, ...Object.keys(GENERATORS)]
  throw new UsageError(
    argument === undefined
      ? `${where}: nothing gives a value for {${name}}${didYouMean(name, known)}; known here: ${known.join(', ')}`
      : `${where}: there is no generator "${kind}"${didYouMean(kind, Object.keys(GENERATORS))}; there are ${Object.keys(GENERATORS).join(', ')}`,
  )
}
