/** A run that is killed leaves what it had until then, and no secret in it. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CONTRACT_NAMES } from '../../lib/target/contract.ts'
import { thorough } from '../thorough.ts'
import { assertHidden, assertNothingIn, SECRET } from './hidden.ts'
import { processesOf, processOf } from './kills.ts'
import { startLoadgate } from './loadgate-run.ts'
import { jsonFile } from './script-run.ts'
import { telltaleServer } from './servers/telltale-server.ts'
import { until } from './until.ts'

for (const victim of ['k6', 'command'] as const)
  thorough(`after a SIGKILL of ${victim === 'k6' ? 'k6' : 'the command'}`, async (t) => {
    const telltale = await telltaleServer(t)
    telltale.manners = 'tells'
    const others = Object.fromEntries(CONTRACT_NAMES.filter((name) => name !== 'health').map((name) => [name, false]))
    const target = await jsonFile(t, 'target.json', {
      name: 'telltale',
      base_url: telltale.url,
      auth: { flow: 'password', username: 'ann', password: SECRET, refresh_path: '/auth/refresh?refresh_token=' },
      endpoints: { ...others, health: { auth: true } },
    })
    const limits = await jsonFile(t, 'limits.json', { windows: { steady: { '*': { error_rate: 0, why: 'so' } } } })
    const words = ['--target', target, '--thresholds', limits, '--rate', '20', '--duration', '1m', '--warmup', '0']
    const { child, folder, said, done } = await startLoadgate(t, ['run', 'http', ...words])
    const log = join(folder, 'k6.log')
    // Tokens have been renewed, answers that repeat them shown.
    await until(() => telltale.issued.length > 4 && existsSync(log) && readFileSync(log, 'utf8').includes('loadgate failure'))
    process.kill(victim === 'k6' ? (processOf(folder, 'k6')?.pid ?? assert.fail('k6 is gone')) : Number(child.pid), 'SIGKILL')
    const { code } = await done
    await until(() => processesOf(folder).length === 0)
    assert.equal(code, victim === 'k6' ? 3 : null)
    assert.match(readFileSync(log, 'utf8'), /loadgate failure .*<redacted>/)
    const secrets = [SECRET, ...telltale.issued]
    assertHidden('what was said', said(), secrets)
    assertNothingIn(folder, secrets)
  })
