/** The command that repeats a run. Secrets are not in it: they come from the environment again. */
import { redact } from '../../lib/base/redact.ts'
import { flagOf } from '../base/flags.ts'
import { quoted } from '../base/shell.ts'
import { FAULT, type RunRequest, shown } from './run-request.ts'

const asWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))
const TRUE = /^(1|true|yes|on)$/i

/** Who may write to a Prometheus may stand in its URL. */
function withoutPassword(url: string): string {
  const shownUrl = new URL(url)
  shownUrl.username = ''
  shownUrl.password = ''
  return shownUrl.href
}

export function repeatCommand({ script, settings, gatewayArgs, probe, record, prometheus, k6Flags }: RunRequest): string {
  const flags = Object.entries(shown(settings)).flatMap(([name, value]) => {
    if (name !== 'INSECURE_TLS') return [flagOf(name), value]
    return TRUE.test(value) ? [flagOf(name)] : []
  })
  const gateway = gatewayArgs.map((arg) => `${arg.startsWith(FAULT) ? '' : '--gateway-arg='}${redact(arg)}`)
  const watching = [
    ...(probe ? [] : ['--no-probe']),
    ...(record ? [] : ['--no-record']),
    ...(prometheus === undefined ? [] : ['--prometheus', withoutPassword(prometheus)]),
  ]
  const k6 = k6Flags.length > 0 ? ['--', ...k6Flags.map((flag) => redact(flag))] : []
  return ['npx', 'loadgate', 'run', script.written ?? script.name, ...flags, ...gateway, ...watching, ...k6].map(asWord).join(' ')
}
