/** `loadgate plan`: how many generators a load takes. */
import { type PlanOptions, plan } from '../capacity/plan/plan.ts'
import { type Command, type Given, SCRIPT, SIZE, takeSettings } from './command.ts'

const HELP = `
What one generator sends honestly is what loadgate calibrate has found on this machine, or --per-generator. It is planned with 70 % of it.

Examples:
  loadgate plan http --rate 60000 --per-generator 20000
  loadgate plan burst --profile production --instances 3

Exit codes:
  0  these generators have room for the load
  1  generator-limited: those that --instances asks for have none
  2  wrong arguments, or nobody knows what one generator sends
`

export const command: Command = {
  name: 'plan',
  description: 'say how many generators a load takes, what each needs, and what the gateway must be set up for',
  takes(line) {
    line
      .argument(...SCRIPT)
      .option('--per-generator <rate>', 'requests a second that one generator sends honestly (default: as calibrated here)')
      .option('--json', 'one JSON object')
    takeSettings(line, ['TARGET', ...SIZE])
    line.addHelpText('after', HELP)
  },
  run: ([script]: [string], { options, project, terminal, env }: Given<PlanOptions>) =>
    plan(project, script, options, terminal, env),
}
