/** Which ids carry a label; labels without ids take no room. */
export class IndexOf {
  readonly #ids = new Map<string, Set<string>>()

  add(label: string, id: string): void {
    const ids = this.#ids.get(label)
    if (ids) ids.add(id)
    else this.#ids.set(label, new Set([id]))
  }

  remove(label: string, id: string): void {
    const ids = this.#ids.get(label)
    if (ids?.delete(id) && ids.size === 0) this.#ids.delete(label)
  }

  count(label: string): number {
    return this.#ids.get(label)?.size ?? 0
  }

  first(label: string, limit: number): string[] {
    const found: string[] = []
    const ids = this.#ids.get(label)
    if (!ids) return found
    for (const id of ids) {
      if (found.length === limit) break
      found.push(id)
    }
    return found
  }

  all(label: string): Iterable<string> {
    return this.#ids.get(label) ?? []
  }

  clear(): void {
    this.#ids.clear()
  }
}
