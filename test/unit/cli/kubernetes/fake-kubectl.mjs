/**
 * A kubectl that plays a cluster: FAKE_CLUSTER is a folder with `plan.json` (the lists that `get testruns.k6.io,pods` gives one after the
 * other, the last one again and again) and `results/`, which `exec … tar` packs. Calls stand in `calls`, what was created in `created.json`.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.FAKE_CLUSTER
const words = process.argv.slice(2)
const file = (name) => join(folder, name)
const line = words.join(' ')
appendFileSync(file('calls'), `${line}\n`)
const plan = JSON.parse(readFileSync(file('plan.json'), 'utf8'))
const created = () => (existsSync(file('created.json')) ? JSON.parse(readFileSync(file('created.json'), 'utf8')) : [])
const fail = (text) => {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

const [verb] = words
if (plan.fails?.[verb]) fail(plan.fails[verb])
if (verb === 'create') {
  const { items } = JSON.parse(readFileSync(0, 'utf8'))
  writeFileSync(file('created.json'), JSON.stringify([...created(), ...items]))
} else if (verb === 'delete') writeFileSync(file('created.json'), '[]')
else if (verb === 'logs') process.stdout.write(plan.logs ?? '')
else if (verb === 'exec' && words.includes('tar'))
  process.stdout.write(execFileSync('tar', ['cf', '-', '-C', file('results'), '.'], { maxBuffer: 1e8 }))
else if (line.includes('jsonpath={.spec.clusterIP}')) process.stdout.write('198.51.100.7')
else if (line.includes('--output name'))
  for (const { kind, metadata } of [...(plan.there ?? []), ...created()])
    process.stdout.write(`${kind.toLowerCase()}/${metadata.name}\n`)
else if (line.includes('--output json')) {
  // Only the judge is there before the TestRun is created.
  const begun = created().some(({ kind }) => kind === 'TestRun')
  const looks = existsSync(file('looks')) ? Number(readFileSync(file('looks'), 'utf8')) : 0
  if (begun) writeFileSync(file('looks'), String(looks + 1))
  process.stdout.write(begun ? plan.lists[Math.min(looks, plan.lists.length - 1)] : plan.before)
} else fail(`error: unknown command ${JSON.stringify(line)}`)
