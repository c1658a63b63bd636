/** Revisions that lists have shown this VU, for the reads that come after: what is older than its list is stale. */
export class Revisions {
  readonly #byId = new Map<string, number>()

  /** @param id as it stands in an answer: `"id":"r-0042"` */
  saw(id: string, revision: unknown): void {
    if (typeof revision === 'number') this.#byId.set(id, revision)
  }

  /** End of the sentence "the answer …"; undefined where it is no older than what is known, or nothing is known. */
  flawOf(id: string, body: string): string | undefined {
    const known = this.#byId.get(id)
    if (known === undefined) return undefined
    const found = /"revision":\s*(\d+)/.exec(body)?.[1]
    return found !== undefined && Number(found) < known
      ? `is stale: it has revision ${found} of a resource whose list has shown ${known}`
      : undefined
  }
}

/** As it stands in an answer. */
export const idText = (id: string): string => `"id":${JSON.stringify(id)}`
