/** Revisions that lists have shown this VU, for the reads that come after: what is older than its list is stale. */
export class Revisions {
  /** What a list has shown of a resource, and the text of it that was found to be no older. */
  readonly #byId = new Map<string, { revision: number; right?: string }>()

  /** @param id as it stands in an answer: `"id":"r-0042"` */
  saw(id: string, revision: unknown): void {
    if (typeof revision === 'number' && this.#byId.get(id)?.revision !== revision) this.#byId.set(id, { revision })
  }

  /** End of the sentence "the answer …"; undefined where it is no older than what is known, or nothing is known. */
  flawOf(id: string, body: string): string | undefined {
    const known = this.#byId.get(id)
    // A text that was right is compared, not read: reading takes ten times as long.
    if (known === undefined || known.right === body) return undefined
    const found = /"revision":\s*(\d+)/.exec(body)?.[1]
    if (found !== undefined && Number(found) < known.revision)
      return `is stale: it has revision ${found} of a resource whose list has shown ${known.revision}`
    known.right = body
    return undefined
  }
}

/** As it stands in an answer. */
export const idText = (id: string): string => `"id":${JSON.stringify(id)}`
