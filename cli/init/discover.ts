/** Asks a gateway for its own description, at the places where gateways have it. */
import { CannotRun, messageOf } from '../base/errors.ts'
import { type Fetched, fetchText } from './source.ts'

const PLACES = [
  ...['/openapi.json', '/openapi.yaml', '/swagger.json', '/swagger/v1/swagger.json', '/v3/api-docs', '/v2/api-docs'],
  ...['/api-docs', '/api/openapi.json', '/api-docs/openapi.json', '/.well-known/openapi.json', '/.well-known/openapi.yaml'],
]
/** RFC 9727: says where descriptions are. */
const CATALOG = '/.well-known/api-catalog'
const TIMEOUT_MS = 3000
/** Descriptions that a catalogue names and that are asked for. */
const MOST_LINKS = 5

export interface Place {
  url: string
  /** What came, in words. */
  found: string
  /** The description, where it is one. */
  fetched?: Fetched
}

/** Cheap: what is wrong with one that looks like a description is said when it is read. */
const looksRight = ({ text }: Fetched): boolean => /["']?(openapi|swagger)["']?\s*:\s*["']?\d/.test(text.slice(0, 100_000))

async function ask(url: string): Promise<Place> {
  try {
    const fetched = await fetchText(url, TIMEOUT_MS)
    if (fetched.status !== 200) return { url, found: `${fetched.status}${fetched.url === url ? '' : `, ${fetched.url}`}` }
    if (!looksRight(fetched)) return { url, found: `200, ${fetched.type || 'no type'}: no OpenAPI document` }
    return { url, found: '200, an OpenAPI document', fetched }
  } catch (error) {
    return { url, found: error instanceof CannotRun ? 'no answer' : messageOf(error) }
  }
}

/** `service-desc` links of a catalogue, those on the same host only. */
function linksIn(text: string, base: string): string[] {
  const links: string[] = []
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look)
    else if (typeof value === 'object' && value !== null) {
      const { href } = value as { href?: unknown }
      if (typeof href === 'string' && URL.canParse(href, base)) links.push(new URL(href, base).href)
      Object.values(value).forEach(look)
    }
  }
  try {
    look((JSON.parse(text) as { linkset?: unknown }).linkset)
  } catch {
    return []
  }
  const { host } = new URL(base)
  return [...new Set(links)].filter((link) => new URL(link).host === host).slice(0, MOST_LINKS)
}

/** @throws CannotRun where nothing answers at all */
export async function discover(baseUrl: string): Promise<Place[]> {
  // The first alone: whether anybody is there.
  await fetchText(baseUrl, TIMEOUT_MS)
  const places = await Promise.all(PLACES.map((path) => ask(baseUrl + path)))
  const catalog = await fetchText(baseUrl + CATALOG, TIMEOUT_MS).catch(() => undefined)
  const links = catalog?.status === 200 ? linksIn(catalog.text, baseUrl) : []
  places.push({ url: baseUrl + CATALOG, found: catalog === undefined ? 'no answer' : `${catalog.status}, ${links.length} links` })
  return [...places, ...(await Promise.all(links.map(ask)))]
}
