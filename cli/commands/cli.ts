/** From words on a command line to an exit code. Whatever goes wrong is a sentence, never a stack trace. */
import { UsageError } from '../../lib/base/errors.ts'
import { CannotRun, messageOf } from '../base/errors.ts'
import { EXIT } from '../base/exit-codes.ts'
import { Mistakes, sentencesOf } from '../base/mistakes.ts'
import { isScript, type Project } from '../base/project.ts'
import { type Terminal, tell } from '../base/terminal.ts'
import { calibrate } from '../capacity/calibrate/calibrate.ts'
import { doctor } from '../capacity/doctor/doctor.ts'
import { plan } from '../capacity/plan/plan.ts'
import { check } from '../check/check.ts'
import { init } from '../init/init.ts'
import { readRequest } from '../k6/run-request.ts'
import { kubernetes } from '../kubernetes/kubernetes.ts'
import { show } from '../report/show.ts'
import { buildCommand } from './build.ts'
import { helpOf } from './command-line.ts'
import { compare } from './compare.ts'
import { completion } from './completion.ts'
import { gatesDiff } from './gates-diff.ts'
import { judgeCommand } from './judge.ts'
import { k6Command } from './k6.ts'
import { list } from './list.ts'
import { listResults } from './list-results.ts'
import { open } from './open.ts'
import { commanderExit, isCommanderError, makeProgram } from './program.ts'
import { run } from './run/run.ts'
import { selftestCommand } from './selftest.ts'

function complain(error: unknown, terminal: Terminal, env: NodeJS.ProcessEnv): number {
  if (error instanceof UsageError) {
    const noted = { print: terminal.note, size: terminal.size }
    tell(
      noted,
      sentencesOf(error).map((sentence) => `loadgate: ${sentence}`),
    )
    return EXIT.usage
  }
  if (error instanceof CannotRun) terminal.note(error.message)
  else {
    terminal.note(`loadgate itself failed: ${messageOf(error)}`)
    const where = env.LOADGATE_DEBUG ? (error as Error).stack : undefined
    for (const line of (where ?? 'LOADGATE_DEBUG=1 shows where; please report it.').split('\n')) terminal.note(line)
  }
  return EXIT.invalid
}

/** What stands after the first `--` is k6's. */
function splitAtDashes(words: readonly string[]): [own: string[], k6: string[]] {
  const at = words.indexOf('--')
  return at < 0 ? [[...words], []] : [words.slice(0, at), words.slice(at + 1)]
}

/** @returns the exit code */
export async function cli(
  words: readonly string[],
  project: Project,
  terminal: Terminal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const [own, k6Flags] = splitAtDashes(words)
  let code: number = EXIT.usage
  const lines = (text: string) => text.replace(/\n$/, '').split('\n')
  const program = makeProgram(
    project.version,
    {
      run: async (script, options, mistakes) =>
        run(readRequest(project, script, options, k6Flags, env, mistakes), project, terminal, env),
      judge: async (paths, options) => judgeCommand(paths, options, project, terminal, env),
      completion: async (shell) => completion(shell, program, project, terminal),
      build: async (scripts, options) => buildCommand(scripts, options, project, terminal),
      list: async () => list(project, terminal),
      k6: async (options) => k6Command(options, terminal, env),
      doctor: async (script, options) => doctor(project, script, options, terminal, env),
      calibrate: async (script, { upTo }) => calibrate(project, script, upTo, terminal, env),
      kubernetes: async (script, options, mistakes) => kubernetes(project, script, options, k6Flags, mistakes, terminal, env),
      plan: async (script, options) => plan(project, script, options, terminal, env),
      selftest: async (scripts, options) => selftestCommand(scripts, options, project, terminal, env),
      show: async (written, { results }) => show(written, results, terminal),
      open: async (written, { results, ...options }) => open(written, results, options, project, terminal, env),
      compare: async (earlier, later, { results }) => compare(earlier, later, results, terminal),
      listResults: async ({ results, ...options }) => listResults(results, options, terminal),
      init: async (options) => init(options, project, terminal),
      check: async (options) => check(options, project, terminal, env),
      gatesDiff: async (old, now, options) => gatesDiff(old, now, options, terminal),
    },
    (done) => {
      code = done
    },
    { out: (text) => lines(text).forEach(terminal.print), err: (text) => lines(text).forEach(terminal.note) },
    (word) => (isScript(project, word) ? `loadgate run ${word}` : undefined),
  )
  const commands = program.commands.map((command) => command.name())
  try {
    if (k6Flags.length > 0 && own[0] !== 'run' && own[0] !== 'kubernetes')
      throw new UsageError('only run and kubernetes pass flags on to k6 after --')
    await program.parseAsync(own, { from: 'user' })
    return code
  } catch (error) {
    if (isCommanderError(error)) return commanderExit(error)
    const exit = complain(error, terminal, env)
    if (error instanceof Mistakes) terminal.note(helpOf(own, commands))
    return exit
  }
}
