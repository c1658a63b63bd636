/** An A2A 1.0 agent built on the official SDK: what it answers, nobody of this project has written. */
import type { AddressInfo } from 'node:net'
import { mock, type TestContext } from 'node:test'
import { A2A_PROTOCOL_VERSION, AGENT_CARD_PATH, type AgentCard, type Task, TaskState } from '@a2a-js/sdk'
import {
  AgentEvent,
  type AgentExecutor,
  DefaultRequestHandler,
  type ExecutionEventBus,
  InMemoryTaskStore,
  type RequestContext,
} from '@a2a-js/sdk/server'
import { agentCardHandler, jsonRpcHandler, UserBuilder } from '@a2a-js/sdk/server/express'
import express from 'express'

export interface SdkServerOptions {
  /** How long the agent works on a message, in milliseconds. */
  workMs?: number
  /** How its tasks end. */
  end?: 'completed' | 'failed'
  /** Does not hear of cancellations. */
  deaf?: boolean
  streaming?: boolean
  /** Versions of the protocol that its card names. */
  version?: string
}

export interface SdkServer {
  url: string
  /** Where its JSON-RPC is. */
  path: string
}

const STEP_MS = 5
const PATH = '/rpc'

const cardOf = (url: string, { streaming = true, version = A2A_PROTOCOL_VERSION }: SdkServerOptions): AgentCard => ({
  name: 'Test agent',
  description: 'Works for a moment and is done.',
  supportedInterfaces: [{ url: url + PATH, protocolBinding: 'JSONRPC', tenant: '', protocolVersion: version }],
  provider: { organization: 'nobody', url },
  version: '1.0.0',
  capabilities: { streaming, pushNotifications: false, extensions: [], extendedAgentCard: false },
  securitySchemes: {},
  securityRequirements: [],
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [],
  documentationUrl: '',
  signatures: [],
})

class Worker implements AgentExecutor {
  readonly #canceled = new Set<string>()
  readonly #options: SdkServerOptions

  constructor(options: SdkServerOptions) {
    this.#options = options
  }

  cancelTask = async (taskId: string): Promise<void> => {
    if (!this.#options.deaf) this.#canceled.add(taskId)
  }

  async execute({ taskId, contextId, userMessage }: RequestContext, bus: ExecutionEventBus): Promise<void> {
    const { workMs = 20, end = 'completed' } = this.#options
    const status = (state: TaskState) => ({ state, timestamp: new Date().toISOString(), message: undefined })
    const become = (state: TaskState) =>
      bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status: status(state), metadata: {} }))
    const task: Task = {
      id: taskId,
      contextId,
      status: status(TaskState.TASK_STATE_SUBMITTED),
      artifacts: [],
      history: [userMessage],
      metadata: undefined,
    }
    bus.publish(AgentEvent.task(task))
    become(TaskState.TASK_STATE_WORKING)
    for (let worked = 0; worked < workMs && !this.#canceled.has(taskId); worked += STEP_MS)
      await new Promise((resolve) => setTimeout(resolve, STEP_MS))
    if (this.#canceled.delete(taskId)) become(TaskState.TASK_STATE_CANCELED)
    else become(end === 'failed' ? TaskState.TASK_STATE_FAILED : TaskState.TASK_STATE_COMPLETED)
  }
}

/** On a free port of loopback, until the test is over. */
export async function sdkServer(t: TestContext, options: SdkServerOptions = {}): Promise<SdkServer> {
  // It tells of every error that it answers with, which here are those that the tests ask for.
  if (!('mock' in console.error)) mock.method(console, 'error', () => {})
  const app = express()
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const requestHandler = new DefaultRequestHandler(cardOf(url, options), new InMemoryTaskStore(), new Worker(options))
  app.use(`/${AGENT_CARD_PATH}`, agentCardHandler({ agentCardProvider: requestHandler }))
  app.use(PATH, jsonRpcHandler({ requestHandler, userBuilder: UserBuilder.noAuthentication }))
  return { url, path: PATH }
}
