#!/usr/bin/env node
/** The `loadgate` command. It imports nothing before it knows that this Node can read the rest. */

/** As `engines` of package.json has it. */
const LEAST = 20

const { node } = process.versions
if (Number.parseInt(node, 10) < LEAST) {
  process.stderr.write(`loadgate: expected Node.js ${LEAST} or newer, found ${node} at ${process.execPath}\n`)
  process.exit(2)
}
const { command } = await import('./command.ts')
process.exit(await command(process.argv.slice(2)))

export {}
