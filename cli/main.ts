#!/usr/bin/env node
/** The `loadgate` command. */
import { UsageError } from '../lib/errors.ts'
import { cli } from './cli.ts'
import { projectOf } from './project.ts'
import { processTerminal } from './terminal.ts'

// A reader that has seen enough (`loadgate list | head -1`) must not end us half way through a run.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

if (process.platform === 'win32') throw new UsageError('loadgate runs on Linux and macOS; on Windows use WSL')
const code = await cli(process.argv.slice(2), projectOf(import.meta.url), processTerminal())
// Whatever still holds the event loop has nothing to add; what was printed must be out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
