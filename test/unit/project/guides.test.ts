/** A guide for every script: what it proves, how to size it, how it fails, and what its gates mean, which are those of its thresholds. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { check } from '../../../lib/base/schema.ts'
import { labelOf } from '../../../lib/gates/catalogue.ts'
import { thresholdsSchema } from '../../../lib/gates/thresholds.ts'
import { readPage } from '../../docs/pages.ts'

const scripts = readdirSync('scripts').map((file) => file.replace('.ts', ''))
const guideOf = (script: string): string => readPage(`docs/reference/scripts/${script}.md`).text

test('every guide says what the script proves, how to size it, what its gates mean and how it fails', () => {
  for (const script of scripts) {
    const text = guideOf(script)
    for (const title of [
      /^## What it (proves|measures)$/m,
      /^## How to size it$/m,
      /^## What its gates mean$/m,
      /^## How it fails$/m,
    ])
      assert.match(text, title, script)
  }
})

/** Gates that are on whatever a thresholds file says. */
const ALWAYS = ['failed_checks', 'rpc_errors', 'shed_rate', 'dropped_share', 'samples'].map(labelOf)

test('every gate that a guide explains is one of the script', () => {
  for (const script of scripts) {
    const files = [`thresholds/${script}.json`, `thresholds/production/${script}.json`]
    const both = files.map((file) => check(thresholdsSchema, JSON.parse(readFileSync(file, 'utf8')), file))
    const windows = both.flatMap(({ windows }) => Object.keys(windows))
    const limits = both
      .flatMap(({ windows }) => Object.values(windows).flatMap((each) => Object.values(each).flatMap(Object.keys)))
      .map(labelOf)
    const ofMetric = (name: string) => both.flatMap(({ metrics }) => Object.keys(metrics?.[name] ?? {})).map(labelOf)
    const explained = guideOf(script).split('## What its gates mean')[1]?.split('\n## ')[0] ?? ''
    for (const [, row = ''] of explained.matchAll(/^\|((?: `[^`]+`[^|`]*)+)\|/gm))
      for (const [, name = ''] of row.matchAll(/`([^`]+)`/g)) {
        if (/[…<]/.test(name)) continue
        const [, window, label] = /^(\S+) \/ \S+ (.+)$/.exec(name) ?? []
        const [, metric = '', stat = labelOf('max')] = /^(\w+)(?: (.+))?$/.exec(name) ?? []
        const isGate =
          window === undefined
            ? ofMetric(metric).length > 0 && [...ofMetric(metric), 'samples', labelOf('max')].includes(stat)
            : windows.includes(window) && [...limits, ...ALWAYS].includes(label ?? '')
        assert.ok(isGate || limits.includes(name), `docs/reference/scripts/${script}.md: no gate ${name}`)
      }
  }
})
