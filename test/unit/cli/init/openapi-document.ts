/** OpenAPI documents for tests. */
import { draftOfOpenApi } from '../../../../cli/init/openapi/openapi.ts'
import { type TargetDraft, targetFileOf } from '../../../../cli/init/target-file.ts'
import type { DescribedFile } from '../../../../lib/described/schema.ts'
import type { TargetFile } from '../../../../lib/target/target.ts'

type Json = Record<string, unknown>

export const ORDER = {
  type: 'object',
  required: ['id', 'customer'],
  properties: { id: { type: 'integer' }, customer: { type: 'string' } },
}
export const answers = (schema: unknown, type = 'application/json', code = 200): Json => ({
  [code]: { description: '', content: { [type]: { schema } } },
})
export const idIn = (schema: unknown = { type: 'integer' }, more: Json = {}): Json => ({
  name: 'id',
  in: 'path',
  required: true,
  schema,
  ...more,
})

export const documentOf = (paths: Json, more: Json = {}): Json => ({
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1' },
  servers: [{ url: 'http://127.0.0.1:8080' }],
  paths,
  ...more,
})

/** A document with one operation. */
export const one = (operation: Json, path = '/orders/{id}', more: Json = {}): Json =>
  documentOf({ [path]: { get: operation } }, more)

export interface Made extends TargetDraft {
  unknown: string[]
  /** The one endpoint that there is. */
  only: DescribedFile
  auth: TargetFile['auth']
}

/** What init makes of a document, or of its text. */
export async function made(
  document: unknown,
  include: string[] = [],
  more: { baseUrl?: string; url?: string } = {},
): Promise<Made> {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  const { baseUrl, url } = more
  const draft = await draftOfOpenApi({ text, where: 'spec.json', ...(url === undefined ? {} : { url }) }, baseUrl)
  const target = targetFileOf(draft, include, 'spec.json')
  return {
    ...target,
    unknown: draft.unknown.map(({ what, where }) => `${where}: ${what}`),
    only: Object.values(target.file.endpoints)[0] as DescribedFile,
    auth: target.file.auth,
  }
}
