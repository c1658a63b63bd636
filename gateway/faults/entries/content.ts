import { randomUUID } from 'node:crypto'
import { type Answer, type FaultEntry, fault, number } from '../fault.ts'

export type Fields = Record<string, unknown>

/** Changes the JSON object of an answer. An answer that holds none is left as it is. */
export function rewrite(answer: Answer, change: (fields: Fields) => unknown): void {
  let parsed: unknown
  try {
    parsed = JSON.parse(answer.body)
  } catch {
    return
  }
  if (typeof parsed === 'object' && parsed !== null) answer.body = JSON.stringify(change(parsed as Fields))
}

const items = (fields: Fields): unknown[] => (Array.isArray(fields.items) ? fields.items : [])

export const contentFaults: readonly FaultEntry[] = [
  fault({
    name: 'empty_object',
    group: 'content',
    doc: 'The right status with the body {}.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm: () => ({
      response(answer) {
        answer.body = '{}'
      },
    }),
  }),
  fault({
    name: 'another_id',
    group: 'content',
    doc: 'The resource answered is the one after the one asked for.',
    endpoint: 'resource',
    endpoints: ['resource'],
    params: {},
    arm: () => ({
      response: (answer) =>
        rewrite(answer, (fields) => {
          const next = (Number(String(fields.id).slice(2)) + 1) % 500
          return { ...fields, id: `r-${String(next).padStart(4, '0')}`, name: `Resource ${next}` }
        }),
    }),
  }),
  fault({
    name: 'stale_content',
    group: 'content',
    doc: 'An older revision of the resource under the present ETag.',
    endpoint: 'resource',
    endpoints: ['resource'],
    params: { revisions: number(1, 1, 1000, 'how many revisions behind') },
    arm: ({ revisions }) => ({
      response: (answer) => rewrite(answer, (fields) => ({ ...fields, revision: Number(fields.revision) - revisions })),
    }),
  }),
  fault({
    name: 'truncated_json',
    group: 'content',
    doc: 'Half of the body, with a Content-Length that fits the half.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm: () => ({
      response(answer) {
        // A text that is cut at the end of a line is a whole text, only shorter.
        answer.body = answer.body.slice(0, answer.body.length >> 1).trimEnd()
      },
    }),
  }),
  fault({
    name: 'missing_items',
    group: 'content',
    doc: 'A page lacks its last items; total and limit still promise them.',
    endpoint: 'resources',
    endpoints: ['resources', 'webhook_list'],
    params: { items: number(1, 1, 100, 'how many are missing') },
    arm: ({ items: missing }) => ({
      response: (answer) => rewrite(answer, (fields) => ({ ...fields, items: items(fields).slice(0, -missing) })),
    }),
  }),
  fault({
    name: 'duplicate_items',
    group: 'content',
    doc: 'The first item of a page is the last one of the page answered before it.',
    endpoint: 'resources',
    endpoints: ['resources', 'webhook_list'],
    params: {},
    arm() {
      let last: unknown
      return {
        response: (answer) =>
          rewrite(answer, (fields) => {
            const page = items(fields)
            const repeated = last === undefined ? page : [last, ...page.slice(1)]
            last = page.at(-1)
            return { ...fields, items: repeated }
          }),
      }
    },
  }),
  fault({
    name: 'wrong_total',
    group: 'content',
    doc: 'The total of a list is off.',
    endpoint: 'resources',
    endpoints: ['resources', 'webhook_list'],
    params: { off_by: number(7, -1000, 1000, 'what is added to it') },
    arm: ({ off_by }) => ({
      response: (answer) => rewrite(answer, (fields) => ({ ...fields, total: Number(fields.total) + off_by })),
    }),
  }),
  fault({
    name: 'wrong_content_type',
    group: 'content',
    doc: 'JSON under the name of HTML.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm: () => ({ response: (answer) => void answer.reply.header('content-type', 'text/html; charset=utf-8') }),
  }),
  fault({
    name: 'missing_etag',
    group: 'content',
    doc: 'No ETag.',
    endpoint: 'resource',
    endpoints: ['resource', 'agent_card'],
    params: {},
    arm: () => ({ response: (answer) => void answer.reply.removeHeader('etag') }),
  }),
  fault({
    name: 'missing_x_cache',
    group: 'content',
    doc: 'No X-Cache.',
    endpoint: 'resource',
    endpoints: ['resource'],
    params: {},
    arm: () => ({ response: (answer) => void answer.reply.removeHeader('x-cache') }),
  }),
  fault({
    name: 'action_not_echoed',
    group: 'content',
    doc: 'The action answered is not the one sent.',
    endpoint: 'action',
    endpoints: ['action'],
    params: {},
    arm: () => ({
      response: (answer) => rewrite(answer, (fields) => ({ ...fields, action: 'something else', payload: {}, ref: 'another' })),
    }),
  }),
  fault({
    name: 'action_id_repeated',
    group: 'content',
    doc: 'The same id for every action.',
    endpoint: 'action',
    endpoints: ['action'],
    params: {},
    arm() {
      const id = randomUUID()
      return { response: (answer) => rewrite(answer, (fields) => ({ ...fields, id })) }
    },
  }),
  fault({
    name: 'unhealthy_status',
    group: 'content',
    doc: 'Health answers 200 and says "degraded".',
    endpoint: 'health',
    endpoints: ['health'],
    params: {},
    arm: () => ({ response: (answer) => rewrite(answer, (fields) => ({ ...fields, status: 'degraded' })) }),
  }),
  fault({
    name: 'upload_wrong_digest',
    group: 'content',
    doc: 'The sha256 of an upload is not the one of its bytes.',
    endpoint: 'upload',
    endpoints: ['upload'],
    params: {},
    arm: () => ({ response: (answer) => rewrite(answer, (fields) => ({ ...fields, sha256: '0'.repeat(64) })) }),
  }),
]
