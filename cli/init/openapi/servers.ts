/** Where the document says that its API is. */
import { isObject, type Json } from './document.ts'

/**
 * @param from where the document itself was, if that is a URL: what is relative is relative to it
 * @returns undefined where the document does not say
 */
export function baseUrlOf(root: Json, from: string | undefined): string | undefined {
  const servers = Array.isArray(root.servers) ? root.servers.filter(isObject) : []
  const urls = servers.flatMap(({ url, variables }) =>
    typeof url === 'string'
      ? [
          url.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
            const variable = isObject(variables) && Object.hasOwn(variables, name) ? variables[name] : undefined
            return isObject(variable) && typeof variable.default === 'string' ? variable.default : whole
          }),
        ]
      : [],
  )
  for (const url of urls.length > 0 ? urls : ['/']) {
    if (!URL.canParse(url, from)) continue
    const { protocol, origin, pathname, username } = new URL(url, from)
    if (/^https?:$/.test(protocol) && username === '' && !/[{}\s]|%7B|%7D/i.test(origin + pathname))
      return (origin + pathname).replace(/\/+$/, '')
  }
  return undefined
}
