import { type FaultEntry, fault, number } from '../fault.ts'

/** Each answer is right; what is wrong is how it gets to the user. */
export const connectionFaults: readonly FaultEntry[] = [
  fault({
    name: 'reused_reset',
    group: 'connections',
    doc: 'Resets a connection on which it has answered before, in place of the next answer: clients ask again and say nothing.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    arm: () => ({
      request(call) {
        if (call.reused) call.reset()
      },
    }),
  }),
  fault({
    name: 'close_after_answer',
    group: 'connections',
    doc: 'Closes the connection after the answer, as it says in it.',
    endpoint: '*',
    endpoints: 'any',
    params: {},
    touches: () => true,
    arm: () => ({
      response({ reply }) {
        // HTTP/2 has no such header.
        if (reply.request.raw.httpVersionMajor < 2) reply.header('connection', 'close')
      },
    }),
  }),
  fault({
    name: 'slow_connect',
    group: 'connections',
    doc: 'New connections are left alone for a time: with TLS, a slow handshake.',
    endpoint: 'process',
    endpoints: [],
    params: { ms: number(600, 1, 60_000, 'the wait') },
    arm: ({ ms }) => ({ process: (control) => control.delayConnections(ms) }),
  }),
]
