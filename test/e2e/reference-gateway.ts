/** The reference gateway as a process of its own, on a free port. */
import { spawn } from 'node:child_process'
import type { TestContext } from 'node:test'

const PROGRAM = new URL('../../dist/gateway.mjs', import.meta.url).pathname

export interface GatewayProcess {
  url: string
  /** Where JSON-RPC is, in the profile of the gateway that has it elsewhere. */
  rpcUrl: string | undefined
  /** Ends it at once, as a crash does. */
  kill(): void
  /** Requests that its metrics count: of one route, or of all. */
  requests(route?: string): Promise<number>
  /** Turns a fault on; for a gateway that was started with `--faults`. */
  arm(fault: Fault): Promise<void>
}

/** A fault of the fault injector, as `POST /faults` takes it. */
export type Fault = Readonly<Record<string, string | number>>

async function countRequests(url: string, route?: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const series = text.matchAll(/^gateway_requests_total\{.*?route="([^"]*)".*?\} (\d+)$/gm)
  return [...series].reduce((sum, [, of, count]) => sum + (route === undefined || of === route ? Number(count) : 0), 0)
}

/** What the gateway says when it is ready. */
interface Ready {
  url: string
  rpc_url?: string
  faults_url: string | null
  faults_token?: string
}

async function armFault({ faults_url, faults_token }: Ready, fault: Fault): Promise<void> {
  const headers = { authorization: `Bearer ${faults_token}` }
  const { status } = await fetch(`${faults_url}/faults`, { method: 'POST', headers, body: JSON.stringify(fault) })
  if (status !== 201) throw new Error(`the fault ${fault.name} was answered ${status}`)
}

export async function startGateway(t: TestContext, faults: readonly Fault[] = [], ...args: string[]): Promise<GatewayProcess> {
  const withFaults = faults.flatMap((fault) => ['--fault', JSON.stringify(fault)])
  const child = spawn(process.execPath, [PROGRAM, '--port', '0', '--exit-with-parent', ...withFaults, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.after(
    () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  )
  return new Promise((resolve, reject) => {
    let text = ''
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code} before it was ready`)))
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end < 0) return
      const ready = JSON.parse(text.slice(0, end)) as Ready
      const { url, rpc_url } = ready
      resolve({
        ...{ url, rpcUrl: rpc_url, kill: () => child.kill('SIGKILL') },
        requests: (route) => countRequests(url, route),
        arm: (fault) => armFault(ready, fault),
      })
    })
  })
}
