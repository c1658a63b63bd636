import type { AddressInfo } from 'node:net'
import { buildApp } from './app.ts'
import { makeCertificate } from './certificate.ts'
import { type CommandLine, helpText, parseCommandLine, UsageError } from './command-line.ts'
import { onParentGone, stopper } from './lifetime.ts'

async function main(): Promise<void> {
  const line = readCommandLine()
  const app = await buildApp({
    ...line,
    tls: line.tls === 'off' ? null : { ...(await makeCertificate()), http1Only: line.tls === 'http1' },
  })
  const stop = stopper(app)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop())
  if (line.exitWithParent) onParentGone(() => stop())

  await app.listen({ port: line.port, host: line.host })
  const { port } = app.server.address() as AddressInfo
  const host = line.host.includes(':') ? `[${line.host}]` : line.host
  const url = `${line.tls === 'off' ? 'http' : 'https'}://${host}:${port}`
  process.stdout.write(`${JSON.stringify({ ready: true, url, pid: process.pid, faults_url: null })}\n`)
}

function readCommandLine(): CommandLine {
  try {
    const line = parseCommandLine(process.argv.slice(2))
    if (line.help) {
      process.stdout.write(helpText())
      process.exit(0)
    }
    return line
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`gateway: ${error.message}\n`)
    process.exit(2)
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`gateway: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
