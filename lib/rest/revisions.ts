/** What answers have shown this VU of resources: what is older is stale, and what is no newer must be the same. */

/** What a list says of a resource. */
export interface Listed {
  name: string
  revision: number
}

/** A resource as it was read. */
export interface Read extends Listed {
  body: string
  etag: string
  /** Its strings were looked at only. */
  unread: boolean
}

export class Revisions {
  /** By id. */
  readonly #listed = new Map<string, Listed>()
  readonly #read = new Map<string, Read>()

  /** End of the sentence "the answer …"; undefined where nothing contradicts it. */
  checkItem(id: string, item: Listed): string | undefined {
    const read = this.#read.get(id)
    if (read !== undefined && read.revision === item.revision && read.name !== item.name)
      return `calls ${id} ${JSON.stringify(item.name)}, which calls itself ${JSON.stringify(read.name)} at the same revision`
    if (read !== undefined && read.revision > item.revision)
      return `is stale: it lists ${id} at revision ${item.revision}, which was read at revision ${read.revision}`
    this.#listed.set(id, item)
    return undefined
  }

  /** End of the sentence "the answer …"; undefined where nothing contradicts it. */
  checkRead(id: string, found: Read): string | undefined {
    const listed = this.#listed.get(id)
    const read = this.#read.get(id)
    const { revision } = found
    const newest = Math.max(listed?.revision ?? revision, read?.revision ?? revision)
    if (revision < newest) return `is stale: it has revision ${revision} of a resource that was seen at revision ${newest}`
    if (listed?.revision === revision && listed.name !== found.name)
      return `is called ${JSON.stringify(found.name)}, not ${JSON.stringify(listed.name)} as its list has it at the same revision`
    if (read?.revision === revision && (read.body !== found.body || read.etag !== found.etag))
      return `has another ${read.body === found.body ? 'ETag' : 'body'} than before, at the same revision`
    if (read !== undefined && read.etag === found.etag && read.body !== found.body)
      return `has the ETag of revision ${read.revision}, which was another body`
    this.#read.set(id, found)
    return undefined
  }

  /** What was seen last, where it was this to the letter and no list has shown a newer one since. */
  knows(id: string, body: string, etag: string | undefined): Read | undefined {
    const read = this.#read.get(id)
    if (read === undefined || read.etag !== etag || read.body !== body) return undefined
    const listed = this.#listed.get(id)
    return listed === undefined || listed.revision <= read.revision ? read : undefined
  }
}
