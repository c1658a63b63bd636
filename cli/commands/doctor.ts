/** `loadgate doctor`: whether this machine can send a load. */
import { doctor } from '../capacity/doctor/doctor.ts'
import { type Command, type Given, SIZE, takeSettings } from './command.ts'

export const command: Command = {
  name: 'doctor',
  description: 'check whether this machine can send the load, and say how to change it',
  completes: (scripts) => scripts,
  takes(line) {
    line.argument('[script]', 'script whose load is meant; without it, a load of --rate and --connections')
    takeSettings(line, SIZE)
  },
  run: ([script]: [string | undefined], { options, project, terminal, env }: Given<Record<string, unknown>>) =>
    doctor(project, script, options, terminal, env),
}
