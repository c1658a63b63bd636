/** Ids that one VU was given last: an id that is to be new must be none of them. Bounded, since a run may last for days. */
const GENERATION = 128

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

  /** Remembers an id; false for one that came before: at least the last 128 are known. */
  add(id: unknown): boolean {
    if (this.#young.size === GENERATION) {
      this.#old = this.#young
      this.#young = new Map()
    }
    const young = this.#young
    const known = young.size
    // A look-up less than to ask first.
    young.set(id, true)
    return young.size > known && !this.#old?.has(id)
  }
}
