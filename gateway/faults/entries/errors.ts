import { cut } from '../../connections.ts'
import { errorBody, JSON_TYPE } from '../../errors.ts'
import { type FaultEntry, fault } from '../fault.ts'

/** Answers in place of the handler. */
export const failing = (status: number, code: string, headers: Readonly<Record<string, string>> = {}) => ({
  endpoint: '*' as const,
  endpoints: 'any' as const,
  params: {},
  arm: () => ({
    request: (call: { answer(status: number, body: string, headers: Readonly<Record<string, string>>): void }) =>
      call.answer(status, errorBody(code, 'a fault is on'), { 'content-type': JSON_TYPE, ...headers }),
  }),
})

export const errorFaults: readonly FaultEntry[] = [
  fault({ name: 'error_500', group: 'errors', doc: 'Answers 500.', ...failing(500, 'internal_error') }),
  fault({
    name: 'error_503',
    group: 'errors',
    doc: 'Answers 503 with Retry-After.',
    ...failing(503, 'unavailable', { 'retry-after': '1' }),
  }),
  fault({
    name: 'error_502_html',
    group: 'errors',
    doc: 'Answers 502 with a page of HTML, as a proxy does whose upstream is gone.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm: () => ({
      request: (call) =>
        call.answer(502, '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>', {
          'content-type': 'text/html',
        }),
    }),
  }),
  fault({
    name: 'not_found',
    group: 'errors',
    doc: 'Answers 404, as a wrong deployment does for all.',
    ...failing(404, 'not_found'),
  }),
  fault({
    name: 'answers_anything',
    group: 'errors',
    doc: 'Answers 200 where it should refuse: by default, to paths and verbs that it does not know.',
    ...failing(200, 'none'),
    endpoint: 'unmatched',
  }),
  fault({
    name: 'parser_says_400',
    group: 'errors',
    doc: 'What cannot be read as a request is answered 400, whatever is wrong with it.',
    endpoint: 'process',
    endpoints: [],
    params: {},
    arm: () => ({ process: (control) => control.answerUnparsed('HTTP/1.1 400 Bad Request') }),
  }),
  fault({
    name: 'connection_reset',
    group: 'errors',
    doc: 'Resets the connection in place of an answer.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm: () => ({ request: (call) => call.reset() }),
  }),
  fault({
    name: 'close_mid_body',
    group: 'errors',
    doc: 'Promises the whole body, sends half of it and closes the connection.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    touches: () => true,
    arm: () => ({
      response(answer) {
        const { reply } = answer
        answer.takeOver((body) => {
          const bytes = Buffer.from(body)
          reply.raw.writeHead(reply.statusCode, { ...plainHeaders(reply.getHeaders()), 'content-length': bytes.length })
          reply.raw.write(bytes.subarray(0, bytes.length >> 1), () => cut(reply.raw, 'close'))
        })
      },
    }),
  }),
  fault({
    name: 'refuse_connections',
    group: 'errors',
    doc: 'Nobody listens on the port any more, and what was open is cut.',
    endpoint: 'process',
    endpoints: [],
    params: {},
    arm: () => ({
      process(control) {
        const listenAgain = control.stopListening()
        control.cutConnections()
        return listenAgain
      },
    }),
  }),
]

function plainHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
