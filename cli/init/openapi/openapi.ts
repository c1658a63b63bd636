/** From an OpenAPI document to a draft of a target. */

import { UsageError } from '../../../lib/base/errors.ts'
import { isObject } from '../../../lib/base/json.ts'
import { type Draft, type DraftEndpoint, Names, NOBODY_SAID } from '../draft.ts'
import { baseUrlOf, readDocument } from './document.ts'
import { describeOperation, type Operation, operationsOf } from './operation.ts'
import { Components, Unusable } from './schemas.ts'
import { securityOf } from './security.ts'
import { makerOf } from './values.ts'

export interface Source {
  text: string
  /** File or URL, as errors name it. */
  where: string
  /** Path of a file. */
  file?: string
  /** Where a document was that came over the network. */
  url?: string
}

const CHANGES = 'it may change what the gateway holds'

/** FastAPI writes path and method behind the name of the function. */
function shortened(id: string, { method, path }: Operation): string {
  const behind = `${path.replace(/\W/g, '_')}_${method.toLowerCase()}`
  return id.endsWith(behind) && id.length > behind.length ? id.slice(0, -behind.length) : id
}

/**
 * @param baseUrl goes before what the document says
 * @throws UsageError with place and mend
 */
export async function draftOfOpenApi(source: Source, baseUrl: string | undefined): Promise<Draft> {
  const { where } = source
  const { root, dialect } = await readDocument(source.text, where, source.file)
  if (!isObject(root.paths))
    throw new UsageError(
      `${where}: paths: expected an object with the operations of the API, found ${root.paths === undefined ? 'nothing' : 'something else'}`,
    )
  const operations = operationsOf(root)
  if (operations.length === 0)
    throw new UsageError(
      `${where}: paths: expected at least one operation, such as get, found none in ${Object.keys(root.paths).length} paths`,
    )
  const said = baseUrl ?? baseUrlOf(root, source.url)
  const base = said ?? NOBODY_SAID
  const security = securityOf(
    root,
    operations.map(({ written }) => written.security),
    base,
  )
  const unknown = [
    ...(said === undefined
      ? [
          {
            what: `where the gateway is (the document has no server with a whole URL); ${NOBODY_SAID} is a guess`,
            where: 'base_url',
          },
        ]
      : []),
    ...security.unknown,
  ]
  const components = new Components(root)
  const reading = { root, components, security, makeUp: await makerOf(root) }
  const names = new Names()
  const endpoints: DraftEndpoint[] = []
  const leftOut: string[] = []
  for (const operation of operations) {
    const { method, path, written } = operation
    const id = typeof written.operationId === 'string' ? written.operationId : undefined
    const said = `${method} ${path}`
    try {
      const name = names.take(id === undefined ? said : shortened(id, operation))
      const described = describeOperation(reading, operation, name)
      const off = described.off ?? (method === 'GET' ? undefined : CHANGES)
      if (off === undefined) unknown.push(...described.unknown)
      endpoints.push({
        name,
        said,
        alias: id === undefined ? [] : [id],
        endpoint: described.endpoint,
        weight: 1,
        ...(off === undefined ? {} : { off }),
      })
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      leftOut.push(`${said}: ${error.message}`)
    }
  }
  const title = isObject(root.info) && typeof root.info.title === 'string' ? root.info.title.trim() : ''
  return {
    name: title === '' ? 'my gateway' : title.slice(0, 100),
    baseUrl: base,
    auth: security.auth,
    endpoints,
    ...(Object.keys(components.schemas).length === 0 ? {} : { components: { schemas: components.schemas }, dialect }),
    unknown,
    leftOut,
    redacted: [],
  }
}
