/** `loadgate check`: each endpoint of a target once, no load, and what its expectations would not notice. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import { parseJson } from '../../lib/base/schema.ts'
import { readSettings, SECRETS, SETTINGS, type Settings } from '../../lib/base/settings.ts'
import type { Described } from '../../lib/described/endpoint.ts'
import { show } from '../../lib/described/matchers.ts'
import { oneVu } from '../../lib/described/one-vu.ts'
import { contractNames, contractOf } from '../../lib/run/once.ts'
import { bindTarget, type Target, type TargetFile } from '../../lib/target/target.ts'
import { EXIT, messageOf } from '../base/errors.ts'
import { count } from '../base/figures.ts'
import { settingsFromFlags } from '../base/flags.ts'
import { type Project, targetFile } from '../base/project.ts'
import { type Redaction, redaction, tokenParameters } from '../base/redaction.ts'
import { type Terminal, tell } from '../base/terminal.ts'
import { type Examined, type Exchange, examine } from './examine.ts'
import { mendOf } from './mend.ts'
import { ofOwn } from './subject.ts'
import { type Token, tokenOf } from './token.ts'

/** Where init puts it. */
const USUAL = 'loadgate/target.json'
/** Breakages that are named. */
const MOST_NAMED = 12

type Environment = Readonly<Record<string, string | undefined>>

function settingsOf(options: Readonly<Record<string, unknown>>, project: Project, env: Environment): Settings {
  const given = Object.fromEntries(Object.keys(SETTINGS).flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
  const settings: Record<string, string | undefined> = { ...given, ...settingsFromFlags(options) }
  if (!settings.TARGET && !existsSync(USUAL))
    throw new UsageError(
      `--target: missing; expected a target file (loadgate init writes ${USUAL}, which is taken where it is there)`,
    )
  return readSettings({ ...settings, TARGET: targetFile(project, settings.TARGET || USUAL) })
}

const readBeside =
  (file: string) =>
  (path: string, where: string): string => {
    const full = resolve(dirname(file), path)
    try {
      return readFileSync(full, 'utf8')
    } catch (error) {
      throw new UsageError(`${where}: cannot read ${full}: ${messageOf(error)}`)
    }
  }

function readTarget(settings: Settings): { target: Target; data: TargetFile } {
  const file = settings.TARGET as string
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`target ${file}: ${messageOf(error)}`)
  }
  const data = parseJson(text, file)
  const target = bindTarget(data, file, settings, true, readBeside(file))
  return { target, data: data as TargetFile }
}

/** How a request was authorized, as it may be shown. */
function authOf({ auth, token: form, withheld }: Described, { shown }: Token): string {
  if (withheld === undefined && shown === undefined) return ''
  return auth ? `${shown ?? ''}${form === undefined ? '' : `, ${form}`}` : 'no authorization'
}

class Report {
  wrong = 0
  answered = 0
  readonly refused: string[] = []
  readonly #terminal: Terminal
  readonly #hide: Redaction

  constructor(terminal: Terminal, hide: Redaction) {
    this.#terminal = terminal
    this.#hide = hide
  }

  /** @param shown comes behind it as it is: it has been made to be shown */
  say(line: string, shown = ''): void {
    tell(this.#terminal, [this.#hide(line) + shown])
  }

  /** The last, which an exit code goes with. */
  note(line: string): void {
    this.#terminal.note(this.#hide(line))
  }

  exchange(method: string, name: string, auth: string, { url, answer, parts, wrong }: Exchange): void {
    const came = 'error' in answer ? 'no answer' : `${answer.status}  ${answer.ms.toFixed(1)} ms`
    this.say(`${method} ${url}  ${came}  ${name}`, auth)
    if (!('error' in answer)) this.answered++
    if ((parts.length > 0 || wrong === undefined) && !('error' in answer)) this.say(`  ok    status ${answer.status}`)
    for (const { what, came, wrong } of parts)
      this.say(
        `  ${wrong === undefined ? 'ok   ' : 'WRONG'} ${what}${wrong === undefined ? (came === '' ? '' : `: ${came}`) : `: the answer ${wrong}`}`,
      )
    if (wrong === undefined) return
    this.wrong++
    if (parts.every((part) => part.wrong === undefined)) this.say(`  WRONG the answer ${wrong}`)
    if (!('error' in answer) && answer.body !== '') this.say(`        it says ${show(answer.body.slice(0, 500))}`)
  }

  proof(
    { subject: { described, ofContract }, proof, exchanges }: Examined,
    weak: readonly string[],
    excuse: string | undefined,
  ): void {
    const { name } = described
    for (const sentence of weak) this.say(`  checked weakly: ${sentence}`)
    if (excuse !== undefined) this.say(`  checked weakly, says the file: ${excuse}`)
    if (proof === undefined) {
      const right =
        described.withheld === undefined && exchanges.length > 0 && exchanges.every(({ wrong }) => wrong === undefined)
      if (right) this.say('  proof: its answer has no body that could be broken')
      return
    }
    const { noticed, unnoticed } = proof
    const more = unnoticed.length > MOST_NAMED ? `, … and ${unnoticed.length - MOST_NAMED} more` : ''
    this.say(
      `  proof: ${noticed} of ${noticed + unnoticed.length} breakages noticed${unnoticed.length === 0 ? '' : `; not: ${unnoticed.slice(0, MOST_NAMED).join(', ')}${more}`}`,
    )
    // What the contract says cannot be excused, nor written anew.
    if (noticed === 0 && excuse === undefined && !ofContract)
      this.refused.push(
        `endpoints.${name}.expect: notices none of ${unnoticed.length} breakages of its answer; say what it carries (expect.json), or why nobody can: "weak": "…"`,
      )
  }
}

function verdict(report: Report, token: Token, sent: number): number {
  const { wrong, answered, refused } = report
  if (answered === 0) {
    report.note('loadgate check: nobody answered; is the gateway running, and is it at this base URL (--base-url)?')
    return EXIT.invalid
  }
  if (wrong > 0) {
    report.note(`loadgate check: ${count(wrong, 'request was', 'requests were')} not answered correctly`)
    return EXIT.fail
  }
  if (token.missing !== undefined) {
    report.note(`loadgate check: no token: ${token.missing}; ${token.mend}`)
    return EXIT.invalid
  }
  for (const sentence of refused) report.note(`loadgate check: ${sentence}`)
  if (refused.length > 0) return EXIT.usage
  report.note(`loadgate check: ${sent === 1 ? 'the endpoint' : `all ${sent} endpoints`} answered correctly`)
  return EXIT.pass
}

/** @returns the exit code */
export async function check(
  options: Readonly<Record<string, unknown>>,
  project: Project,
  terminal: Terminal,
  env: Environment,
): Promise<number> {
  const settings = settingsOf(options, project, env)
  const { target, data } = readTarget(settings)
  const known = [...SECRETS.flatMap((name) => settings[name] ?? []), target.auth.password, target.auth.client_secret]
  const secrets = known.flatMap((secret) => (typeof secret === 'string' ? [secret] : []))
  const parameters = tokenParameters(data)
  const sending = { timeout: settings.TIMEOUT, insecureTls: settings.INSECURE_TLS }
  const token = await tokenOf(target, settings, sending)
  const report = new Report(terminal, redaction([...secrets, ...(token.secret === undefined ? [] : [token.secret])], parameters))
  for (const note of target.notes ?? []) report.note(note)
  report.say(`${target.name} at ${target.baseUrl}`)
  if (token.missing !== undefined) report.say(`no token: ${token.missing}; ${token.mend}`)
  else if (token.shown !== undefined) report.say('authorized by ', token.shown)
  const mix = data.mix === undefined ? undefined : Object.keys(data.mix)
  const own = target.described.filter(
    ({ described: { name }, refuses }) =>
      // Without a token of its own, nobody can tell who is refused from who is let in.
      (refuses === undefined || token.missing === undefined) && (mix === undefined || mix.includes(refuses ?? name)),
  )
  const vu = oneVu('check')
  const contract = contractOf(target, settings.SEED)
  const subjects = [...own.map(({ described }) => ofOwn(described, target, vu)), ...contractNames(target, mix).map(contract)]
  if (subjects.length === 0)
    throw new UsageError(
      `${settings.TARGET}: ${mix === undefined ? 'endpoints' : 'mix'}: expected an endpoint that one request can be sent to, found none`,
    )
  for await (const examined of examine(subjects, token, sending, `loadgate/${project.version}`)) {
    const { subject, exchanges, waits } = examined
    const { described } = subject
    const { name, method } = described
    const replaced = subject.ofContract && target.endpoints[name] && target.endpoints[name].expect !== undefined
    const { weak = replaced ? ['by what the target file expects in place of its own check'] : [] } =
      own.find((one) => one.described === described) ?? {}
    const written = data.endpoints[name]
    const auth = `  ${authOf(described, token)}`.trimEnd()
    report.say('')
    if (waits !== undefined) {
      report.wrong++
      report.say(`${method} ${described.path}  not sent  ${name}`)
      report.say(`  WRONG no answer before it gave ${waits.map((wait) => `{${wait}}`).join(', ')}`)
      continue
    }
    for (const exchange of exchanges) {
      report.exchange(method, name, auth, exchange)
      const mend =
        exchange.wrong === undefined || 'error' in exchange.answer
          ? undefined
          : mendOf(subject, exchange.answer, { target, token })
      if (mend !== undefined) report.say(`        ${'error' in exchange.answer ? '' : exchange.answer.status}: ${mend}`)
    }
    report.proof(examined, weak, written && 'weak' in written ? (written.weak as string | undefined) : undefined)
  }
  report.say('')
  const sent = subjects.map(({ described }) => described.name)
  const unsent = target.described.filter(({ described }) => !sent.includes(described.name))
  const off = unsent.filter(({ refuses, described }) => mix !== undefined && !mix.includes(refuses ?? described.name))
  const unasked = unsent.filter((one) => !off.includes(one))
  const missing = (mix ?? []).filter((name) => !sent.includes(name))
  const named = (them: typeof unsent): string => them.map(({ described }) => described.name).join(', ')
  if (off.length > 0) report.say(`not sent, since the mix has not: ${named(off)}`)
  if (unasked.length > 0) report.say(`not sent, since without a token all are refused: ${named(unasked)}`)
  if (missing.length > 0)
    report.say(`not looked at: ${missing.join(', ')} of the reference contract, which the target does not have`)
  return verdict(report, token, subjects.filter(({ described }) => described.withheld === undefined).length)
}
