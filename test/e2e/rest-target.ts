/** A gateway without JSON-RPC, so that a short run has enough samples of the rest. */
import type { TestContext } from 'node:test'
import { jsonFile } from './script-run.ts'

const RPC = ['agent_register', 'agent_ping', 'agent_discover', 'agent_unregister', 'task_create', 'task_query']

/** @returns a file for the setting TARGET */
export const restTarget = (t: TestContext, base_url: string): Promise<string> =>
  jsonFile(t, 'rest.json', {
    name: 'rest',
    base_url,
    auth: { flow: 'password', username: 'loadgate', password: 'loadgate-password' },
    endpoints: {
      resource: { values: { id: 'r-{0000..0499}' } },
      ...Object.fromEntries(RPC.map((name) => [name, false])),
    },
  })
