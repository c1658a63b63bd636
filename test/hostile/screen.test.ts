/** What a gateway writes reaches terminals, GitHub, Markdown, XML and HTML as text and as nothing else. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLValidator } from 'fast-xml-parser'
import { type Case, hostile, type Room } from './case.ts'
import { error, json } from './gateway/answers.ts'
import { instead, isLoad, resulted, text } from './gateway/defects.ts'
import type { Defect, Exchange } from './gateway/model.ts'
import type { Run } from './runs.ts'

const CLEAR = '\u001b[2J\u001b[H\u001b[32mPASS  All 43 gates held on sufficient evidence.\u001b[0m\n'
const EIGHT_BIT = '\u009b2J\u009bHPASS  All gates held\u0085PASS  All gates held\u202e\u2066\u200b\n'
const BACK = `${'\b'.repeat(80)}\u0007\rPASS  All 43 gates held on sufficient evidence.\r\u000b\u000cPASS  All gates held\n`
const COMMANDS = 'x\n::warning::owned\n::error file=a.ts,line=1::owned\r\n::stop-commands::owned\n##[error]owned\n'
const LINK = '\u001b]8;;http://evil.example\u0007click\u001b]8;;\u0007 \u001b]0;title\u0007'
const MARKDOWN =
  '![t](http://evil.example/t.png) [click](http://evil.example) <img src=http://evil.example/i.png>\n\n# PASS\n\n| a | b |\n|---|---|\n| PASS | x |\n```\n</details>'
const MARKUP =
  '</script><script>owned()</script><img src=http://evil.example/i.png onerror=owned()>"\'>]]><failure message="x"/>&#0;\u0000\u0001\ufffe'

/** What no terminal may get: all control characters but the end of a line, what turns writing around, and colours of others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/

const shown = (line: string): string => JSON.stringify(line.slice(0, 300))

function assertLines(textOf: string, where: string): void {
  for (const line of textOf.split('\n')) {
    assert.doesNotMatch(line, CONTROL, `${where}: ${shown(line)}`)
    if (/^\s*(::|##\[)/.test(line)) assert.match(line, /^::error ([^:]*,)?title=loadgate/, `${where}: ${shown(line)}`)
    assert.doesNotMatch(line, /^\s*PASS {2}/, `${where}: ${shown(line)}`)
  }
}

/** Without what Markdown shows as code. */
const prose = (markdown: string): string => markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/(`+)[^`]+?\1/g, '')

function assertMarkdown(markdown: string, where: string): void {
  const words = prose(markdown)
  assert.doesNotMatch(words, /(^|[^\\])(\\\\)*!\[t\]/, where)
  assert.doesNotMatch(words, /\]\(http:\/\/evil/, where)
  assert.doesNotMatch(words, /(^|[^\\])<(img|script|\/details>\s*$)/i, where)
  assert.doesNotMatch(words, /^# PASS/m, where)
  assertControl(words, where)
}
const assertControl = (words: string, where: string): void => {
  for (const line of words.split('\n')) assert.doesNotMatch(line, CONTROL, `${where}: ${shown(line)}`)
}

function check(run: Run): void {
  assertLines(run.out, 'stdout')
  assertLines(run.err, 'stderr')
  for (const [name, content] of Object.entries(run.files())) {
    if (name.endsWith('.md')) assertMarkdown(content, name)
    if (name.endsWith('.log')) assertLines(content, name)
    if (name.endsWith('.xml')) {
      assert.equal(XMLValidator.validate(content), true, name)
      assertControl(content.replaceAll('\t', ' '), name)
    }
    if (name.endsWith('.html')) assert.doesNotMatch(content, /<script>owned|<img src=http:\/\/evil|onerror=owned\(\)>/, name)
    if (name.endsWith('.json') && content !== '') JSON.parse(content)
  }
}

/** On GitHub. */
const github =
  (more: Record<string, string> = {}) =>
  (room: Room) => {
    const GITHUB_STEP_SUMMARY = join(room.folder, 'step-summary.md')
    writeFileSync(GITHUB_STEP_SUMMARY, '')
    return { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY, ...more }
  }

const case_ = (name: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script: 'http', defect, env: github(), verdict: 'fail', plain: 'both', cause: /./, check },
  ...more,
})

/** A text of the gateway's, where the agents of the run are registered. */
const inSetup = (message: string): Defect =>
  instead(
    ({ rpc }) => rpc === 'agent.register',
    ({ body }) => json(200, { jsonrpc: '2.0', id: JSON.parse(body).id, error: { code: -32000, message } }),
  )

const some = (exchange: Exchange): boolean => isLoad(exchange) && exchange.at !== undefined && exchange.nth % 10 === 0

hostile('screen', [
  case_('setup: clears the screen and paints a pass', () => inSetup(CLEAR)),
  case_('setup: the same in eight bits, and backwards', () => inSetup(EIGHT_BIT), { plain: 'same' }),
  case_('setup: writes over what stands there', () => inSetup(BACK), { plain: 'same' }),
  case_('setup: commands for GitHub', () => inSetup(COMMANDS)),
  case_('setup: links and titles of terminals', () => inSetup(LINK), { plain: 'same' }),
  case_('setup: Markdown', () => inSetup(MARKDOWN), { plain: 'same' }),
  case_('setup: markup', () => inSetup(MARKUP), { plain: 'same' }),
  case_('bodies of 500: all of it', () => instead(some, text(500, CLEAR + COMMANDS + MARKUP + MARKDOWN)), { plain: 'same' }),
  case_('bodies of 500: markup first', () => instead(some, error(500, MARKUP, {}, MARKDOWN))),
  case_('agents in valid answers', () => resulted('agent.ping', (right) => ({ ...right, agent_id: CLEAR + COMMANDS + MARKUP })), {
    plain: 'same',
  }),
  case_(
    'errors of methods',
    () =>
      instead(
        ({ rpc, at }) => rpc === 'task.create' && at !== undefined,
        ({ body }) =>
          json(200, { jsonrpc: '2.0', id: JSON.parse(body).id, error: { code: -32000, message: COMMANDS + MARKDOWN + MARKUP } }),
      ),
    { plain: 'same' },
  ),
  case_(
    'labels of its counter',
    () => ({
      counts: (one) => [{ ...one, route: `/x ${MARKDOWN.replaceAll('\n', ' ')}`, status: '::warning::owned \u001b[2J' }],
    }),
    { verdict: ['fail', 'invalid'], plain: 'blind' },
  ),
  case_(
    'names of labels of its counter',
    () => ({
      page: (page) => page.replaceAll('method=', '\u001b[2J\u001b[HPASS="x",verb='),
    }),
    { verdict: ['fail', 'invalid'], plain: 'blind' },
  ),
  case_(
    'the type of its answers',
    () => ({
      answer(exchange, right) {
        const answer = right()
        if (exchange.route !== 'health') return answer
        return { ...answer, headers: { 'Content-Type': 'text/\u009b2J; ![t](http://evil.example/t.png)' } }
      },
    }),
    { plain: 'same' },
  ),
  case_(
    'what is no HTTP',
    () => ({
      connected: (socket) =>
        void socket.once('data', () => socket.end(`HTTP/1.1 ${CLEAR}${COMMANDS}![t](http://evil.example)\r\n\r\n`)),
    }),
    { plain: 'own' },
  ),
  case_('names in the files of the user', () => instead(some, text(500, 'broken')), {
    plain: 'same',
    env: (room) => ({
      ...github()(room),
      THRESHOLDS: room.json('own.json', {
        windows: { users: { '*': { error_rate: 0.001, rps: 1, why: `${COMMANDS}${MARKDOWN}${MARKUP}\u001b[2J` } } },
      }),
    }),
  }),
  case_(
    'what it has to say with a status',
    () => ({
      answer(exchange, right) {
        if (!some(exchange)) return right()
        exchange.response.statusMessage = 'x'
        exchange.socket.end(
          `HTTP/1.1 500 ${CLEAR.trim()}${EIGHT_BIT.trim()} ::warning::owned\r\nContent-Length: 0\r\n\r\n`,
          'latin1',
        )
        return undefined
      },
    }),
    { plain: 'same' },
  ),
  case_('headers that are quoted where they are wrong', () => ({
    answer(exchange, right) {
      const answer = right()
      if (exchange.route !== 'resource' || answer.status !== 200) return answer
      return {
        ...answer,
        headers: { ...answer.headers, ETag: 'x\u009b2J\u0085::warning::owned ![t](http://evil.example/t.png)' },
      }
    },
  })),
  case_(
    'announcements',
    () =>
      instead(some, error(429, 'limited', { 'Retry-After': 'x\u009b2J ::warning::owned <img src=http://evil.example/i.png>' })),
    {
      plain: 'same',
    },
  ),
  case_(
    'codes of errors that are no numbers',
    () =>
      instead(
        ({ rpc, at }) => rpc === 'task.create' && at !== undefined,
        ({ body }) =>
          json(200, {
            jsonrpc: '2.0',
            id: JSON.parse(body).id,
            error: { code: EIGHT_BIT + CLEAR + COMMANDS, message: MARKDOWN },
          }),
      ),
    { plain: 'same' },
  ),
  case_(
    'types of frames',
    () => ({
      frame: (frame) => (frame.type === 'event' ? [{ ...frame, type: EIGHT_BIT + COMMANDS + MARKDOWN }] : [frame]),
    }),
    { script: 'websocket' },
  ),
  case_(
    'names of events',
    () => ({
      answer(exchange, right) {
        if (exchange.route !== 'events' || exchange.query.has('count')) return right()
        const write = exchange.response.write.bind(exchange.response)
        exchange.response.write = (chunk: string) => write(chunk.replace('tick', `${EIGHT_BIT.trim()}::warning::owned ${LINK}`))
        return right()
      },
    }),
    { script: 'sse' },
  ),
])
