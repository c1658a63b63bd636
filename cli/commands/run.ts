/** `loadgate run`: sends the load of a script, and judges the gateway. */
import { SECRETS } from '../../lib/base/settings.ts'
import { readRequest } from '../k6/run-request.ts'
import { type Command, EXIT_CODES, each, type Given, SCRIPT, takeSettings } from './command.ts'
import { run } from './run/run.ts'

const HELP = `
Without --target and --base-url, the embedded reference gateway is started and loaded.
Every flag that stands for a setting can also be given in the environment (--rate 50 is RATE=50); a flag wins.
Secrets (${SECRETS.join(', ')}) are taken from the environment only.

Examples:
  loadgate run burst
  loadgate run burst --rate 200 --duration 1m
  CLIENT_SECRET=… loadgate run burst --base-url https://staging.example.com --allow-target staging.example.com
  loadgate run burst -- --out json=samples.json
${EXIT_CODES}`

export const command: Command = {
  name: 'run',
  description: 'run a load test and judge the gateway',
  passesOn: true,
  completes: (scripts) => scripts,
  takes(line) {
    line
      .usage('<script> [options] [-- k6 flags]')
      .argument(...SCRIPT)
      .option('--results <folder>', 'folder in which a folder for this run is made (default results)')
      .option('--no-probe', 'leave out the control probe, which sees whether k6 measures the gateway or itself')
      .option('--no-record', 'leave out the recording second by second, which report.html draws its curves from')
      .option('--raw', "show k6's own output while it runs")
      .option('--prometheus <url>', 'write everything to this Prometheus as well (remote write, native histograms)')
      .option('--fault <fault>', 'a fault of the embedded gateway, as latency:endpoint=resource,ms=200; may be repeated', each)
      .option('--gateway-arg <arg>', 'passed to the embedded gateway, as --gateway-arg=--rate-limit=100; may be repeated', each)
    takeSettings(line)
    line.addHelpText('after', HELP)
  },
  run: ([script]: [string], { options, k6Flags, mistakes, project, terminal, env }: Given<Record<string, unknown>>) =>
    run(readRequest(project, script, options, k6Flags, env, mistakes), project, terminal, env),
}
