import { createHash } from 'node:crypto'

export const RESOURCE_COUNT = 500

export interface Resource {
  readonly id: string
  readonly name: string
  readonly owner: string
  readonly tags: readonly string[]
  readonly revision: number
  readonly payload: {
    readonly region: string
    readonly endpoint: string
    readonly weights: readonly number[]
    readonly settings: Readonly<Record<string, number | boolean | string>>
    readonly digest: string
    readonly description: string
  }
}

export interface Document {
  readonly etag: string
  readonly body: string
}

const OWNERS = ['platform', 'payments', 'search', 'identity', 'catalogue', 'shipping']
const TAGS = ['edge', 'internal', 'public', 'beta', 'stable', 'eu', 'us', 'batch', 'stream']
const REGIONS = ['eu-central', 'eu-west', 'us-east', 'us-west', 'ap-south']

const pick = (from: readonly string[], index: number): string => from[index % from.length] ?? ''

export function resourceId(index: number): string {
  return `r-${String(index).padStart(4, '0')}`
}

/** The place of a seeded id, or null for any other text. */
export function resourceIndex(id: string): number | null {
  if (!/^r-\d{4}$/.test(id)) return null
  const index = Number(id.slice(2))
  return index < RESOURCE_COUNT ? index : null
}

/** The same index always gives the same resource, in every process. */
export function buildResource(index: number, revision = 1 + (index % 7)): Resource {
  const id = resourceId(index)
  return {
    id,
    name: `Resource ${index}`,
    owner: pick(OWNERS, index * 7 + 3),
    tags: [pick(TAGS, index), pick(TAGS, index * 5 + 4), pick(TAGS, index * 3 + 2)],
    revision,
    payload: {
      region: pick(REGIONS, index * 11),
      endpoint: `https://${id}.backend.internal/v1`,
      weights: Array.from({ length: 8 }, (_, slot) => (index * 31 + slot * 17) % 100),
      settings: { timeout_ms: 500 + (index % 10) * 100, retries: index % 4, sticky: index % 2 === 0, tier: `t${index % 3}` },
      digest: createHash('sha256').update(`${id}:${revision}`).digest('hex'),
      description:
        `Upstream ${id} of the reference gateway. Its content depends on its number and revision alone, so that two reads, ` +
        'two processes and two machines agree on every byte and on the tag that stands for them.',
    },
  }
}

/** Built anew on each call, which is what the cache in front of it saves. */
export function buildDocument(index: number, revision?: number): Document {
  const body = JSON.stringify(buildResource(index, revision))
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  return { etag, body }
}

const LISTED: readonly string[] = Array.from({ length: RESOURCE_COUNT }, (_, index) => {
  const { id, name, revision } = buildResource(index)
  return JSON.stringify({ id, name, revision })
})

export function listResources(limit: number, offset: number): string {
  const items = LISTED.slice(offset, offset + limit).join(',')
  return `{"total":${RESOURCE_COUNT},"limit":${limit},"offset":${offset},"items":[${items}]}`
}

/** RFC 9110: a list of tags or `*`; for GET the comparison ignores the weak mark. */
export function etagMatches(header: string, etag: string): boolean {
  if (header === etag || header.trim() === '*') return true
  return header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag)
}
