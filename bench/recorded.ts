/** A contender that pushes to the recorder of `loadgate run` while it sends. */
import { pushTo } from '../cli/k6/push-output.ts'
import { startReceiver } from '../cli/record/receiver.ts'
import type { Contender } from './contender.ts'

/**
 * @param version of k6
 * @param contender made with the environment that switches k6's output on
 */
export async function recorded(version: string, contender: (env: Record<string, string>) => Contender): Promise<Contender> {
  let pushes = 0
  const receiver = await startReceiver(() => {
    pushes += 1
  })
  const { env } = pushTo(`${receiver.url}/1`, {}, { version, last: true })
  const sends = contender({ ...env, K6_OUT: 'experimental-prometheus-rw' })
  return {
    ...sends,
    async measure(url, load) {
      const before = pushes
      const measured = await sends.measure(url, load)
      // A recorder that hears nothing costs nothing.
      if (pushes - before < load.seconds - 1)
        throw new Error(`${sends.name}: only ${pushes - before} pushes in ${load.seconds} s`)
      return measured
    },
  }
}
