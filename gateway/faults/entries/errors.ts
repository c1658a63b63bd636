import { cut } from '../../base/connections.ts'
import { errorBody, JSON_TYPE } from '../../base/errors.ts'
import { type FaultEntry, fault } from '../fault.ts'

/** Clears a terminal and writes a verdict on it; a warning of GitHub's; an image; the end of a script. */
const PAINT = [
  '\u001b[2J\u001b[H\u001b[32mPASS  All gates held.\u001b[0m\u202e\r',
  '::warning::a gateway wrote this',
  '##[error]and this',
  '![image](http://127.0.0.1/image) | `code` @nobody',
  '</script><script>alert(1)</script>]]>',
].join('\n')

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
    name: 'paints_the_screen',
    group: 'errors',
    doc: 'Answers 500 with what terminals, CI systems, Markdown and HTML would obey.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm: () => ({ request: (call) => call.answer(500, PAINT, { 'content-type': 'text/plain' }) }),
  }),
  fault({
    name: 'echoes_credentials',
    group: 'errors',
    doc: 'Answers 500 and repeats the credentials of the request: as they are, in base64, in hexadecimal, backwards.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm: () => ({
      request(call) {
        const { authorization = '', 'x-api-key': key = '' } = call.headers
        const said = String(authorization || key)
        const bytes = Buffer.from(said)
        const forms = [said, bytes.toString('base64'), bytes.toString('hex'), Array.from(said).reverse().join('')]
        call.answer(500, errorBody('internal_error', `who is ${forms.join(', or ')}?`), { 'content-type': JSON_TYPE })
      },
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
