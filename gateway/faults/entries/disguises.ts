/** Invalid answers with the right text in them: whoever looks for a text takes them for valid. */
import { type FaultEntry, fault } from '../fault.ts'
import { type Fields, rewrite } from './content.ts'

/** Endpoints that answer with one JSON object. */
const OBJECTS = [
  ...(['health', 'resource', 'resources', 'action', 'llm_complete', 'webhook_create'] as const),
  ...(['webhook_list', 'webhook_stats', 'event_publish', 'upload'] as const),
] as const

const otherType = (value: unknown): unknown =>
  typeof value === 'number' ? String(value) : typeof value === 'string' ? value.length : [value]

export const disguiseFaults: readonly FaultEntry[] = [
  fault({
    name: 'nested_right',
    group: 'content',
    doc: 'The right JSON in the wrong place: as a part of an answer that says something else.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm: () => ({
      response(answer) {
        answer.body = `{"status":"unhealthy","parts":[${answer.body}]}`
      },
    }),
  }),
  fault({
    name: 'html_page_with_id',
    group: 'content',
    doc: 'A page of HTML, under the right media type, that quotes the valid answer.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm: () => ({
      response(answer) {
        answer.body = `<html><body><h1>Something went wrong</h1><pre>${answer.body}</pre></body></html>`
      },
    }),
  }),
  fault({
    name: 'error_with_id',
    group: 'content',
    doc: 'The status of success and the right members, and an error beside them.',
    endpoint: '*',
    endpoints: OBJECTS,
    params: {},
    arm: () => ({
      response: (answer) =>
        rewrite(answer, (fields) => ({ ...fields, error: { code: 'internal_error', message: 'a fault is on' } })),
    }),
  }),
  fault({
    name: 'wrong_type',
    group: 'content',
    doc: 'Members of other types: numbers are texts, texts are numbers, the rest stands in lists.',
    endpoint: '*',
    endpoints: OBJECTS,
    params: {},
    arm: () => ({
      response: (answer) =>
        rewrite(answer, (fields) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, otherType(value)]))),
    }),
  }),
  fault({
    name: 'action_rejected',
    group: 'content',
    doc: 'The action is echoed as rejected, and its payload is lost.',
    endpoint: 'action',
    endpoints: ['action'],
    params: {},
    arm: () => ({ response: (answer) => rewrite(answer, (fields) => ({ ...fields, payload: {}, status: 'rejected' })) }),
  }),
  fault({
    name: 'empty_list',
    group: 'content',
    doc: 'A list of nothing, whose total of 0 fits it.',
    endpoint: 'resources',
    endpoints: ['resources'],
    params: {},
    arm: () => ({ response: (answer) => rewrite(answer, (fields) => ({ ...fields, total: 0, items: [] })) }),
  }),
  fault({
    name: 'another_body',
    group: 'content',
    doc: 'The first resource that was asked for, under the id of each that is asked for after it.',
    endpoint: 'resource',
    endpoints: ['resource'],
    params: {},
    arm() {
      let first: Fields | undefined
      return {
        response: (answer) =>
          rewrite(answer, (fields) => {
            first ??= fields
            return { ...first, id: fields.id }
          }),
      }
    },
  }),
]
