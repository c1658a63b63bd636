import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { buildApp } from './app.ts'
import { makeCertificate } from './certificate.ts'
import { type CommandLine, helpText, parseCommandLine, UsageError } from './command-line.ts'
import { OrderError, parseOrder } from './faults/order.ts'
import { type FaultServer, openFaultServer } from './faults/server.ts'
import { onParentGone, stopper } from './lifetime.ts'

async function main(): Promise<void> {
  const line = readCommandLine()
  const app = await buildApp({
    ...line,
    tls: line.tls === 'off' ? null : { ...(await makeCertificate()), http1Only: line.tls === 'http1' },
  })
  let faultServer: FaultServer | null = null
  const stop = stopper(app, async () => faultServer?.close())
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop())
  if (line.exitWithParent) onParentGone(() => stop())

  const { faults } = app.gateway
  const orders = line.startWith.map((body) => parseOrder(body, app.routePatterns))
  await app.listen({ port: line.port, host: line.host })
  const { port } = app.server.address() as AddressInfo
  const host = line.host.includes(':') ? `[${line.host}]` : line.host
  const url = `${line.tls === 'off' ? 'http' : 'https'}://${host}:${port}`

  const token = process.env.GATEWAY_FAULTS_TOKEN || randomBytes(24).toString('base64url')
  if (faults) faultServer = await openFaultServer(faults, app.routePatterns, token)
  for (const order of orders) faults?.arm(order)
  const switchboard = faultServer ? { faults_url: faultServer.url, faults_token: token } : { faults_url: null }
  process.stdout.write(`${JSON.stringify({ ready: true, url, pid: process.pid, ...switchboard })}\n`)
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
  if (error instanceof OrderError) {
    process.stderr.write(`gateway: --fault: ${error.message}\n`)
    process.exit(2)
  }
  process.stderr.write(`gateway: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
