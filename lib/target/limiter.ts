/** A target's rate limiter, as far as the target file describes it. */
import { UsageError } from '../base/errors.ts'
import type { Mix } from '../base/mix.ts'
import type { Target } from './target.ts'

export interface Limit {
  /** Requests a second that it lets through. */
  rps: number
  /** Endpoints that it does not count. */
  exempt: readonly string[]
}

export const limitOf = ({ limiter }: Pick<Target, 'limiter'>): Limit | undefined =>
  limiter?.rps === undefined ? undefined : { rps: limiter.rps, exempt: limiter.exempt ?? [] }

/** Requests a second of a mix that the limiter counts; endpoints that the target lacks are not sent to. */
function countedRate(mix: Mix, rate: number, { exempt }: Limit, has: Target['has']): number {
  const sent = Object.entries(mix).filter(([name]) => has(name))
  const weight = (entries: typeof sent) => entries.reduce((sum, [, each]) => sum + each, 0)
  const all = weight(sent)
  return all === 0 ? 0 : (rate * weight(sent.filter(([name]) => !exempt.includes(name)))) / all
}

/** Whether a rate of this mix is more than the limiter lets through. */
export const overLimit = (mix: Mix, rate: number, limit: Limit | undefined, has: Target['has']): boolean =>
  limit !== undefined && countedRate(mix, rate, limit, has) > limit.rps

/** @throws UsageError where the steady load of a script would run into the limiter: nothing in it could be judged */
export function requireUnderLimit(mix: Mix, rate: number, target: Target): void {
  const limit = limitOf(target)
  if (limit === undefined || !overLimit(mix, rate, limit, target.has)) return
  throw new UsageError(
    `setting RATE: ${rate} requests a second are more than the ${limit.rps} that the rate limiter of target ${target.name} lets through (limiter.rps of the target file); lower RATE, or raise the limit of the gateway and say so there`,
  )
}
