/** `loadgate calibrate`: what this machine can send. */
import { calibrate } from '../capacity/calibrate/calibrate.ts'
import type { Command, Given } from './command.ts'

export const command: Command = {
  name: 'calibrate',
  description: 'find out how many requests a second this machine can send, or how many sockets it can hold',
  completes: (scripts) => scripts,
  takes(line) {
    line
      .argument('[script]', 'http, gateway or websocket', 'http')
      .option('--up-to <count>', 'ask only whether so many can be sent, or held; what is not its limit is not kept')
  },
  run: ([script]: [string], { options, project, terminal, env }: Given<{ upTo?: string }>) =>
    calibrate(project, script, options.upTo, terminal, env),
}
