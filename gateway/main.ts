import { randomBytes } from 'node:crypto'
import type { AddressInfo, Server } from 'node:net'
import { type FaultServer, openFaultServer } from './faults/fault-server.ts'
import { OrderError, parseOrder } from './faults/order.ts'
import { buildApp } from './server/app.ts'
import { makeCertificate } from './server/certificate.ts'
import { type CommandLine, helpText, parseCommandLine, UsageError } from './server/command-line.ts'
import { onParentGone, type Stoppable, stopper } from './server/lifetime.ts'
import { createNullServer } from './server/null-server.ts'

interface Opened extends Stoppable {
  readonly facts: { readonly url: string } & Readonly<Record<string, string | null>>
}

async function main(): Promise<void> {
  const line = readCommandLine()
  const opened = line.nullMode ? await openNull(line) : await openGateway(line)
  const stop = stopper(opened)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
  if (line.exitWithParent) onParentGone(stop)
  const { url, ...others } = opened.facts
  process.stdout.write(`${JSON.stringify({ ready: true, url, pid: process.pid, ...others })}\n`)
}

async function openGateway(line: CommandLine): Promise<Opened> {
  const tls = line.tls === 'off' ? null : { ...(await makeCertificate()), http1Only: line.tls === 'http1' }
  const app = await buildApp({ ...line, tls })
  const { connections, faults, routePatterns } = app.gateway
  const orders = line.startWith.map((body) => parseOrder(body, routePatterns))
  await app.listen({ port: line.port, host: line.host })
  await app.rpc?.listen({ port: line.rpcPort, host: line.host })

  const token = process.env.GATEWAY_FAULTS_TOKEN || randomBytes(24).toString('base64url')
  const door: FaultServer | null = faults && (await openFaultServer(faults, routePatterns, token))
  for (const order of orders) faults?.arm(order)
  return {
    facts: {
      url: urlOf(app.server, line),
      ...(app.rpc ? { rpc_url: urlOf(app.rpc.server, line) } : {}),
      ...(door ? { faults_url: door.url, faults_token: token } : { faults_url: null }),
    },
    close: () => Promise.all([app.close(), door?.close()]),
    destroyAll: () => connections.destroyAll(),
  }
}

async function openNull(line: CommandLine): Promise<Opened> {
  const server = createNullServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: line.port, host: line.host }, resolve)
  })
  return {
    facts: { url: urlOf(server, line), faults_url: null },
    close: () => new Promise((resolve) => server.close(resolve)),
    destroyAll: () => server.closeAllConnections(),
  }
}

function urlOf(server: Server, { host, tls }: CommandLine): string {
  const { port } = server.address() as AddressInfo
  return `${tls === 'off' ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function readCommandLine(): CommandLine {
  const line = parseCommandLine(process.argv.slice(2))
  if (line.help) {
    process.stdout.write(helpText())
    process.exit(0)
  }
  return line
}

main().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error)
  process.stderr.write(`gateway: ${error instanceof OrderError ? `--fault: ${reason}` : reason}\n`)
  process.exit(error instanceof UsageError || error instanceof OrderError ? 2 : 1)
})
