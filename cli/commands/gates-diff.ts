/** `loadgate gates diff OLD NEW`: for whoever reviews a change of limits. */
import { UsageError } from '../../lib/base/errors.ts'
import { EXIT } from '../base/errors.ts'
import type { Terminal } from '../base/terminal.ts'
import { type Change, compare, isWorse } from '../gates/compare.ts'
import { readThresholds } from '../gates/read.ts'
import { tableOf } from '../gates/table.ts'
import type { Command, Given } from './command.ts'

const counted = (changes: readonly Change[]): string =>
  (['loosened', 'removed', 'tightened', 'added'] as const)
    .map((kind) => `${changes.filter((change) => change.kind === kind).length} ${kind}`)
    .join(', ')

/** @returns 1 where a gate was loosened or removed and `allow` does not say that it may be */
export function gatesDiff(
  oldWritten: string,
  newWritten: string,
  { allow = false }: { allow?: boolean },
  terminal: Terminal,
): number {
  const [old, now] = [readThresholds(oldWritten), readThresholds(newWritten)]
  if (old.folder !== now.folder)
    throw new UsageError(`${oldWritten} and ${newWritten}: one is a folder and the other a file; compare two of a kind`)
  if (old.files.size + now.files.size === 0) throw new UsageError(`${oldWritten} and ${newWritten}: no thresholds file in either`)
  const all: Change[] = []
  for (const name of [...new Set([...old.files.keys(), ...now.files.keys()])].sort()) {
    const pair = [old.files.get(name), now.files.get(name)] as const
    const comparison = compare(...pair)
    const lines = tableOf(comparison)
    if (lines.length === 0) continue
    const state = pair[0] === undefined ? ' (a new file)' : pair[1] === undefined ? ' (the file is gone)' : ''
    if (now.folder && all.length > 0) terminal.print('')
    if (now.folder) terminal.print(`${name}${state}`)
    for (const line of lines) terminal.print(line)
    all.push(...comparison.changes)
  }
  if (all.length === 0) {
    terminal.print('No gate has changed.')
    return EXIT.pass
  }
  const worse = all.some(isWorse)
  const ending = worse ? (allow ? ', which --allow permits' : '; --allow permits that') : ''
  terminal.print('')
  terminal.print(`${counted(all)}${ending}`)
  return worse && !allow ? 1 : EXIT.pass
}

const HELP = `
Examples:
  loadgate gates diff main:thresholds thresholds
  loadgate gates diff old.json new.json --allow

Exit codes:
  0  no gate was loosened or removed, or --allow was given
  1  a gate was loosened or removed
  2  wrong arguments, or a file that no run would take
`

export const command: Command = {
  name: 'gates diff',
  group: 'look at limits without a run: gates diff lists those that a change has loosened',
  description: 'list the gates that were loosened, tightened, added or removed between two thresholds files or folders of them',
  takes(line) {
    line
      .argument('<old>', 'file or folder, or one of another revision of git, as main:thresholds')
      .argument('<new>', 'the same of today')
      .option('--allow', 'a gate that was loosened or removed is listed, and no failure')
      .addHelpText('after', HELP)
  },
  run: ([old, now]: [string, string], { options, terminal }: Given<{ allow?: boolean }>) =>
    gatesDiff(old, now, options, terminal),
}
