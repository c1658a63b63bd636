/** Lint, format and types as tests, so that one command judges a change. */
import { spawnSync } from 'node:child_process'
import { TALLY } from './reporter.mjs'

const tally = { passed: 0, failed: 0, skipped: 0 }
for (const words of [
  ['biome', 'ci', '.'],
  ['tsc', '-p', '.'],
  ['tsc', '-p', 'lib'],
  ['tsc', '-p', 'cli/report/page'],
]) {
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', ...words], { encoding: 'utf8' })
  tally[status === 0 ? 'passed' : 'failed'] += 1
  if (status !== 0) console.log(`✖ ${words.join(' ')}\n${stdout}${stderr}`)
}
console.log(`${TALLY} ${JSON.stringify(tally)}`)
process.exitCode = tally.failed === 0 ? 0 : 1
