/** Secrets that a gateway repeats, in all the clothes it can put them into. Nothing that a run prints or keeps may hold them. */
import assert from 'node:assert/strict'
import { type Case, hostile } from './case.ts'
import { json } from './gateway/answers.ts'
import { instead, text } from './gateway/defects.ts'
import type { Defect } from './gateway/model.ts'
import type { Run, Settings } from './runs.ts'

const SECRET = 'Tr0ub4dor/Kestrel+Qz=9wXv-Moon'

const bytes = Buffer.from(SECRET)
const hex = (each: (byte: string) => string): string =>
  [...bytes].map((byte) => each(byte.toString(16).padStart(2, '0'))).join('')
/** The part of a text's base64 that does not depend on what stands around it. */
const inner = (encoded: string, before: number): string => encoded.replaceAll('=', '').slice(before, -2)
const swapped = (text_: string): string =>
  [...text_].map((letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase())).join('')

interface Form {
  /** As the gateway says it. */
  said: string
  /** What is looked for, without backslashes. */
  sought: string
}
const form = (said: string, sought = said): Form => ({ said, sought })

const CLEAR = [form(SECRET)]
const BASE64 = [
  form(bytes.toString('base64'), inner(bytes.toString('base64'), 0)),
  form(bytes.toString('base64url'), inner(bytes.toString('base64url'), 0)),
  form(Buffer.from(`u:${SECRET}`).toString('base64'), inner(Buffer.from(`u:${SECRET}`).toString('base64'), 3)),
  form(Buffer.from(`a${SECRET}`).toString('base64'), inner(Buffer.from(`a${SECRET}`).toString('base64'), 2)),
  form(Buffer.from(bytes.toString('base64')).toString('base64')),
]
const HEX = [
  form(hex((byte) => byte)),
  form(hex((byte) => byte).toUpperCase()),
  form(hex((byte) => `${byte} `).trim()),
  form(
    hex((byte) => `\\x${byte}`),
    hex((byte) => `x${byte}`),
  ),
]
const PERCENT = [
  form(encodeURIComponent(SECRET)),
  form(encodeURIComponent(SECRET).toLowerCase()),
  form(hex((byte) => `%${byte}`)),
  form(encodeURIComponent(encodeURIComponent(SECRET))),
]
const ESCAPED = [
  form(
    hex((byte) => `\\u00${byte}`),
    hex((byte) => `u00${byte}`),
  ),
  form(SECRET.replaceAll('/', '\\/')),
  form([...bytes].map((byte) => `&#${byte};`).join('')),
]
const CASES = [
  form(SECRET.toUpperCase()),
  form(SECRET.toLowerCase()),
  form(swapped(SECRET)),
  form([...SECRET].reverse().join('')),
]
const reversed = (text_: string): string => [...text_].reverse().join('')
const BACKWARDS = [form(reversed(hex((byte) => byte))), form(reversed(bytes.toString('base64').replaceAll('=', '')))]
/** Code points as other languages write them. */
const POINTS = [
  form(
    hex((byte) => `\\u{${byte}}`),
    hex((byte) => `u{${byte}}`),
  ),
  form(
    hex((byte) => `\\U000000${byte}`),
    hex((byte) => `U000000${byte}`),
  ),
  form(hex((byte) => `&#x0000${byte};`)),
  form([...bytes].map((byte) => `\\${byte.toString(8)}`).join(''), [...bytes].map((byte) => byte.toString(8)).join('')),
]
const PIECES = [form([...SECRET].join(' ')), form([...SECRET].join('.')), form(SECRET.match(/.{1,4}/g)?.join('-') ?? '')]

const holds = (content: string, { sought }: Form): boolean => {
  const plain = content.replaceAll('\\', '')
  return plain.includes(sought) || plain.replaceAll('&amp;', '&').includes(sought)
}

const checks =
  (forms: readonly Form[]) =>
  (run: Run): void => {
    const places = { stdout: run.out, stderr: run.err, ...run.files() }
    for (const [name, content] of Object.entries(places))
      for (const one of forms) assert.ok(!holds(content, one), `${name} holds the secret as ${one.said}`)
  }

/** Each answer of JSON-RPC is an error with a code of its own, of which each VU shows the first. */
function inErrors(forms: readonly Form[], raw = false): Defect {
  let turn = 0
  return {
    admits: () => true,
    answer(exchange, right) {
      if (exchange.rpc === '' || exchange.at === undefined) return right()
      const [{ said } = { said: '' }] = forms.slice(turn++ % forms.length)
      const answer = json(200, {
        jsonrpc: '2.0',
        id: JSON.parse(exchange.body).id,
        error: { code: turn % forms.length, message: `no such user: ${raw ? '@' : said}` },
      })
      return raw ? { ...answer, body: answer.body.replace('@', said) } : answer
    },
  }
}

const inBodies = (forms: readonly Form[]): Defect => ({
  admits: () => true,
  ...instead(
    ({ route, at }) => ['health', 'resource', 'resources', 'action'].includes(route) && at !== undefined,
    ({ nth }) => text(500, `who are you, ${forms[nth % forms.length]?.said}`),
  ),
})

const inSetup = (forms: readonly Form[]): Defect => ({
  admits: () => true,
  ...instead(
    ({ rpc }) => rpc === 'agent.register',
    ({ body }) =>
      json(200, {
        jsonrpc: '2.0',
        id: JSON.parse(body).id,
        error: { code: -32000, message: `who are you, ${forms.map(({ said }) => said).join(' , ')}` },
      }),
  ),
})

const PASSWORD: Settings = { AUTH: 'password', AUTH_USERNAME: 'u', AUTH_PASSWORD: SECRET }

const case_ = (name: string, forms: readonly Form[], defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script: 'http', env: PASSWORD, defect, verdict: 'fail', plain: 'both', cause: /./, check: checks(forms) },
  ...more,
})

hostile('secrets', [
  case_('the password, in clear, in bodies', CLEAR, () => inBodies(CLEAR)),
  case_('the password, in clear, in setup', CLEAR, () => inSetup(CLEAR)),
  case_('the password as base64', BASE64, () => inErrors(BASE64)),
  case_('the password in hexadecimal', HEX, () => inErrors(HEX)),
  case_('the password percent-encoded', PERCENT, () => inErrors(PERCENT)),
  case_('the password escaped', ESCAPED, () => inErrors(ESCAPED)),
  case_('the password escaped in the JSON that carries it', [...CLEAR, ...ESCAPED], () => inErrors(ESCAPED.slice(0, 2), true)),
  case_('the password in other cases and reversed', CASES, () => inErrors(CASES)),
  case_('the password encoded, and that backwards', BACKWARDS, () => inErrors(BACKWARDS), { plain: 'same' }),
  case_('the password in code points', POINTS, () => inErrors(POINTS), { plain: 'same' }),
  case_('the password in pieces', PIECES, () => inErrors(PIECES)),
  case_('the password in all clothes, in setup', [...BASE64, ...HEX, ...PERCENT, ...CASES], () =>
    inSetup([...BASE64, ...HEX, ...PERCENT, ...CASES]),
  ),
  case_('the key', [...CLEAR, ...BASE64, ...CASES], () => inErrors([...CLEAR, ...BASE64, ...CASES]), {
    env: { AUTH: 'api_key', API_KEY: SECRET },
  }),
  case_('the client secret', [...CLEAR, ...BASE64, ...HEX], () => inErrors([...CLEAR, ...BASE64, ...HEX]), {
    env: { AUTH: 'client_credentials', CLIENT_ID: 'c', CLIENT_SECRET: SECRET },
  }),
  case_('the token', [...CLEAR, ...BASE64, ...PERCENT], () => inErrors([...CLEAR, ...BASE64, ...PERCENT]), {
    env: { AUTH: 'bearer', TOKEN: SECRET },
  }),
  case_('whole requests in the log of k6', [...CLEAR, ...BASE64], () => ({ admits: () => true }), {
    env: { AUTH: 'api_key', API_KEY: SECRET },
    flags: ['--http-debug=full'],
    verdict: ['pass', 'usage'],
    plain: 'blind',
  }),
  {
    ...{ name: 'a key that is missing is called by its name', script: 'http', defect: () => ({}), env: { AUTH: 'api_key' } },
    ...{ verdict: 'usage', plain: 'own', cause: /API_KEY: missing/, excuse: /redacted|hidden/i },
    check: ({ out, err }) => assert.match(out + err, /API_KEY: missing/),
  },
  case_('the password in headers', [...CLEAR, ...BASE64], () => ({
    admits: () => true,
    answer(exchange, right) {
      const answer = right()
      if (exchange.at === undefined) return answer
      const [{ said: etag } = CLEAR[0] as Form, { said: after } = CLEAR[0] as Form] = [...CLEAR, ...BASE64].slice(
        exchange.nth % 4,
      )
      if (exchange.route === 'resource') return { ...answer, headers: { ...answer.headers, ETag: etag } }
      if (exchange.route === 'health')
        return { ...answer, status: 429, headers: { 'Retry-After': after, 'Set-Cookie': `s=${SECRET}` } }
      return answer
    },
  })),
  case_(
    'the password in frames',
    [...CLEAR, ...BASE64],
    () => ({
      admits: () => true,
      frame: (frame, { nth }) => (frame.type === 'event' ? [{ ...frame, type: [...CLEAR, ...BASE64][nth % 5]?.said }] : [frame]),
    }),
    { script: 'websocket' },
  ),
])
