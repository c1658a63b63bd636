/** `loadgate show`: a finished run again, as it was printed. */
import { show } from '../report/show.ts'
import { type Command, type Given, RUN, takeResults } from './command.ts'

export const command: Command = {
  name: 'show',
  description: 'print a finished run again',
  takes: (line) => void takeResults(line).argument(...RUN),
  run: ([run]: [string | undefined], { options, terminal }: Given<{ results: string }>) => show(run, options.results, terminal),
}
