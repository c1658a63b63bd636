/**
 * k6 has no `URL`, and the library that validates schemas resolves references with it. The schemas here are self-contained, so a reference is
 * a fragment of the schema itself; another one stays as it is, and the library says that it leads nowhere.
 */
class ReferenceUrl {
  href: string

  constructor(reference: string, base = '') {
    this.href = reference.startsWith('#') ? base.replace(/#.*$/, '') + reference : reference
  }
  get hash(): string {
    const at = this.href.indexOf('#')
    return at < 0 ? '' : this.href.slice(at)
  }
  set hash(fragment: string) {
    const whole = this.href.replace(/#.*$/, '')
    this.href = fragment === '' ? whole : `${whole}#${fragment.replace(/^#/, '')}`
  }
  get pathname(): string {
    return this.href.replace(/^\w+:\/\/[^/]*/, '').replace(/[?#].*$/, '')
  }
  toString(): string {
    return this.href
  }
}

const here = globalThis as { URL?: unknown }
here.URL ??= ReferenceUrl
