/** What a held WebSocket takes of k6's memory, and how long its handshake takes. */

import { projectOf } from '../../cli/base/project.ts'
import { socketCost } from '../../cli/capacity/calibrate/sockets.ts'
import { TARGET_CORE } from '../contender.ts'
import { startTarget } from '../target.ts'
import { type Figures, MIB, type Part } from './processes.ts'

/** Slow enough for a gateway that shares the cores: handshakes are to be measured, not its queue. */
const OPENED_A_SECOND = 250
/** Milliseconds between two events of a topic, for the same reason: ten thousand sockets with an event each second keep a core busy. */
const EVENT_INTERVAL = 10_000

export const sockets: Part = async (k6) => {
  const target = await startTarget('reference', TARGET_CORE, { options: ['--event-interval', String(EVENT_INTERVAL)] })
  const options = { project: projectOf(import.meta.url), k6, url: target.url, env: process.env, rate: OPENED_A_SECOND }
  try {
    const figures: Figures = {}
    for (const connections of [5000, 10_000]) {
      const { held, rss, bytesEach, connectP95 } = await socketCost(connections, options)
      figures[`${connections} sockets: held`] = held
      figures[`${connections} sockets: MiB resident`] = rss / MIB
      figures[`${connections} sockets: KiB each`] = bytesEach / 1024
      figures[`${connections} sockets: ms of a handshake, p95`] = connectP95 ?? Number.NaN
    }
    return figures
  } finally {
    await target.stop()
  }
}
