/** What one VU remembers from one request to the next: ids that answers gave it, for the requests that need them. */
export class VuState {
  /** Number of the VU: what it makes up carries it, so that no two VUs make up the same. */
  readonly vu: number
  /** Name of this run, made by setup(): neither two runs against one gateway nor two k6 instances of one run share an id. */
  readonly run: string
  readonly #kinds = new Map<unknown, unknown>()

  constructor(vu: number, run: string) {
    this.vu = vu
    this.run = run
  }

  /** The VU's one state of this kind; endpoints that build on each other's answers ask for the same kind. */
  of<T>(kind: new () => T): T {
    let found = this.#kinds.get(kind) as T | undefined
    if (found === undefined) {
      found = new kind()
      this.#kinds.set(kind, found)
    }
    return found
  }
}
