/** From a recording to a draft of a target. */
import type { DescribedFile } from '../../../lib/described/schema.ts'
import { type Draft, type DraftEndpoint, literally, Names, type Unknown, valuesWith } from '../draft.ts'
import { isJson } from '../openapi/expectation.ts'
import { expectationOf } from './answers.ts'
import { readRecording } from './entries.ts'
import { type Dimension, groupBy, segmentsOf, spread, templateOf } from './paths.ts'
import type { Recorded } from './recorded.ts'
import { authOf, isSecretName, isSecretValue, PLACEHOLDER, secretHeaders, withoutSecrets } from './secrets.ts'

/** Values of one placeholder that are kept. */
const MOST_VALUES = 1000
/** Milliseconds of about now, which pages put into a URL so that nothing is cached. */
const isNow = (value: string): boolean => /^1[5-9]\d{11}$/.test(value)

const parametersOf = ({ url }: Recorded): string[] => [...new Set(url.searchParams.keys())].sort()

interface Body {
  body: unknown
  headers: Record<string, string>
}

function bodyOf({ body }: Recorded, redacted: (where: string) => void): Body | undefined {
  if (body === undefined) return undefined
  if (isJson(body.type))
    try {
      return {
        body: literally(withoutSecrets(JSON.parse(body.text), (at) => redacted(`${at || 'all'} of the body`))),
        headers: {},
      }
    } catch {
      // Sent as it was, like any other text.
    }
  const headers: Record<string, string> = body.type === '' ? {} : { 'Content-Type': literally(body.type) }
  if (!/^application\/x-www-form-urlencoded/i.test(body.type)) {
    if (!isSecretValue(body.text)) return { body: literally(body.text), headers }
    redacted('the body')
    return { body: PLACEHOLDER, headers }
  }
  const fields = [...new URLSearchParams(body.text)].map(([name, value]): [string, string] => {
    if (value === '' || (!isSecretName(name) && !isSecretValue(value))) return [name, value]
    redacted(`${name} of the form`)
    return [name, PLACEHOLDER]
  })
  return { body: new URLSearchParams(fields).toString(), headers }
}

/** Requests of one method and one template. */
function endpointOf(group: readonly Recorded[], name: string, carries: (one: Recorded) => boolean, authorized: boolean) {
  const [first] = group as [Recorded]
  const template = templateOf(segmentsOf(first))
  const unknown: Unknown[] = []
  const redacted = new Set<string>()
  const said = `${first.method} ${template.path}`
  const queryNames = parametersOf(first)
  const isSecret = (parameter: string): boolean =>
    isSecretName(parameter) || group.some(({ url }) => isSecretValue(url.searchParams.get(parameter) ?? ''))
  const secret = queryNames.filter(isSecret)
  for (const parameter of secret) redacted.add(`${said}: ${parameter} of the query`)
  const sentNames = queryNames.filter((parameter) => !secret.includes(parameter))
  const fresh = sentNames.filter((parameter) => group.every(({ url }) => isNow(url.searchParams.get(parameter) ?? '')))
  const taken = new Set(template.places.map((place) => place.name))
  const placeholder = new Map(
    sentNames.map((parameter) => {
      const plain = parameter.replace(/\W+/g, '_').replace(/^[\d_]+|_+$/g, '') || 'p'
      let own = plain
      for (let i = 2; taken.has(own); i++) own = `${plain}_${i}`
      taken.add(own)
      return [parameter, own]
    }),
  )
  const dimensions: Dimension[] = [
    ...template.places.map(({ name, at }) => ({ name, of: (one: Recorded) => segmentsOf(one)[at] ?? '' })),
    ...sentNames
      .filter((parameter) => !fresh.includes(parameter))
      .map((parameter) => ({
        name: placeholder.get(parameter) ?? parameter,
        of: (one: Recorded) => one.url.searchParams.get(parameter) ?? '',
      })),
  ]
  const { fixed, free, kept } = spread(group, dimensions)
  const [sample] = kept as [Recorded]
  const values: NonNullable<DescribedFile['values']> = {}
  for (const [key, list] of free) values[key] = list.slice(0, MOST_VALUES)
  for (const { name: key } of template.places) if (fixed.has(key)) values[key] = [fixed.get(key) ?? '']
  const query = Object.fromEntries(
    sentNames.map((parameter) => {
      const own = placeholder.get(parameter) ?? parameter
      return [parameter, fresh.includes(parameter) ? '{now}' : free.has(own) ? `{${own}}` : literally(fixed.get(own) ?? '')]
    }),
  )
  const body = bodyOf(sample, (where) => redacted.add(`${said}: ${where}`))
  const accept = sample.headers.accept
  const headers = { ...(accept !== undefined && isJson(accept) ? { Accept: literally(accept) } : {}), ...body?.headers }
  const sent = new Map(
    dimensions
      .filter((one) => free.has(one.name) || template.places.some((place) => place.name === one.name))
      .map((one) => [one.name, kept.map(one.of)]),
  )
  const { expect, unknown: unsaid } = expectationOf(kept, sent)
  if (unsaid !== undefined) unknown.push({ what: unsaid, where: `endpoints.${name}.expect.json` })
  for (const { name: key } of template.places)
    if (fixed.has(key) && Object.values(expect.json ?? {}).includes(`{${key}}`))
      unknown.push({
        what: 'more than one value: with one, an answer made for another cannot be told',
        where: `endpoints.${name}.values.${key}`,
      })
  for (const one of group) for (const header of secretHeaders(one)) redacted.add(`header ${header}`)
  const all = valuesWith(values, query, headers, body?.body)
  const endpoint: DescribedFile = {
    method: first.method,
    path: template.path,
    ...(sentNames.length === 0 ? {} : { query }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(body === undefined ? {} : { body: body.body }),
    ...(authorized && !kept.some(carries) ? { auth: false } : {}),
    ...(Object.keys(all).length === 0 ? {} : { values: all }),
    expect,
  }
  const inBody = [...redacted].some((where) => where.startsWith(said) && !where.endsWith('of the query'))
  const off = inBody
    ? `its body had a secret; write ${PLACEHOLDER} over in endpoints.${name}.body`
    : secret.length > 0
      ? `its query had a secret (${secret.join(', ')})`
      : first.method === 'GET'
        ? undefined
        : 'it may change what the gateway holds'
  return { endpoint, said, unknown, redacted, off }
}

/**
 * @param baseUrl whose host is the one that is taken
 * @throws UsageError with place and mend
 */
export function draftOfHar(text: string, where: string, baseUrl: string | undefined): Draft {
  const { origin, entries, leftOut } = readRecording(text, where, baseUrl)
  const { auth, carries } = authOf(entries)
  const groups = groupBy(entries, (one) =>
    JSON.stringify([one.method, templateOf(segmentsOf(one)).path, parametersOf(one), one.body?.type ?? '']),
  )
  const names = new Names()
  const unknown: Unknown[] = []
  const redacted = new Set<string>()
  const endpoints = [...groups.values()].map((group): DraftEndpoint => {
    const [first] = group as [Recorded]
    const words = templateOf(segmentsOf(first))
      .path.replace(/\{[^}]*\}/g, '')
      .replace(/\/+/g, '/')
    const name = names.take(`${first.method === 'GET' ? 'get' : first.method} ${words === '/' ? 'root' : words}`)
    const made = endpointOf(group, name, carries, auth.flow !== 'none')
    if (made.off === undefined) unknown.push(...made.unknown)
    for (const one of made.redacted) redacted.add(one)
    return {
      name,
      said: made.said,
      alias: [],
      endpoint: made.endpoint,
      weight: group.length,
      ...(made.off === undefined ? {} : { off: made.off }),
    }
  })
  if ([...redacted].some((one) => one === 'header cookie'))
    unknown.push({
      what: 'a cookie, which was sent and is not written; without it answers may be others',
      where: 'endpoints.<name>.headers',
    })
  if (entries.some(({ headers }) => /^basic\s/i.test(headers.authorization ?? '')))
    unknown.push({ what: 'HTTP Basic cannot be sent by any flow', where: 'auth' })
  return {
    name: new URL(origin).host,
    baseUrl: origin,
    auth,
    endpoints,
    unknown,
    leftOut,
    redacted: [...redacted],
  }
}
