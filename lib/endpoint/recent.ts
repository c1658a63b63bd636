/** Ids that one VU was given last, and a few of long ago: an id that is to be new must be none of them. Bounded, since a run may last for days. */
const GENERATION = 128
/** Ids of all times that are kept beside: a gateway that has a stock of ids comes to each of them again. */
const KEPT = 16

/** Text of a UUID, in whatever version. */
const UUID = '^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
// Made when first asked for: the first regular expression that a VU makes costs it 17 KB, and many a VU checks by none.
let uuid: RegExp | undefined
export const isUuid = (value: unknown): boolean => {
  uuid ??= new RegExp(UUID)
  return typeof value === 'string' && uuid.test(value)
}

export class Recent {
  #young = new Map<unknown, true>()
  #old: Map<unknown, true> | undefined
  /** The first of generations that chance has picked. */
  readonly #kept: unknown[] = []
  #generations = 0

  /** Remembers an id; false for one that came before: at least the last 128 are known, and a few of all before. */
  add(id: unknown): boolean {
    if (this.#young.size === GENERATION) this.#turn()
    const young = this.#young
    const known = young.size
    // A look-up less than to ask first.
    young.set(id, true)
    return young.size > known && !this.#old?.has(id)
  }

  #turn(): void {
    this.#old = this.#young
    const [first] = this.#young.keys()
    // Each generation is as likely to be kept as any other.
    const place = this.#kept.length < KEPT ? this.#kept.length : Math.floor(Math.random() * (this.#generations + 1))
    if (place < KEPT) this.#kept[place] = first
    this.#generations++
    for (const kept of this.#kept) this.#old.set(kept, true)
    this.#young = new Map()
  }
}
