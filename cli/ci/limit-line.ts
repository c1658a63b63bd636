/** Where in a thresholds file a gate's limit stands. */
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser'
import { WINDOW_KINDS } from '../../lib/gates/catalogue.ts'
import type { WindowKind } from '../../lib/gates/kind.ts'
import type { Gate } from '../../lib/gates/model.ts'

/** Places to look at, the closest first: a gate that no key asks for stands with its endpoint, its window, its file. */
function paths({ window, endpoint, key }: Pick<Gate, 'window' | 'endpoint' | 'key'>): string[][] {
  if (window === 'run')
    return [
      ['metrics', endpoint, key],
      ['metrics', endpoint],
      ['run', key],
    ]
  return [
    ['windows', window, endpoint, key],
    ...((WINDOW_KINDS as Readonly<Record<string, WindowKind>>)[key]?.ofRun ? [['run', key]] : []),
    ['windows', window, endpoint],
    ['windows', window],
  ]
}

/** The line (from 1) of an offset. */
const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

/** @returns the line, from 1; undefined where the file says nothing about the gate */
export function limitLine(text: string, gate: Pick<Gate, 'window' | 'endpoint' | 'key'>): number | undefined {
  const root = parseTree(text)
  if (root === undefined) return undefined
  for (const path of paths(gate)) {
    const value: Node | undefined = findNodeAtLocation(root, path)
    // The property with its key, where there is one; a value may stand lines below it.
    if (value !== undefined) return lineAt(text, (value.parent ?? value).offset)
  }
  return undefined
}
