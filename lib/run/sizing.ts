/** The size of a run: a script's profile, with the numbers that the user gave in place of its own. */
import { UsageError } from '../base/errors.ts'
import type { SettingName, Settings } from '../base/settings.ts'

/** Settings that replace one number of a profile. */
const NUMBERS = {
  RATE: 'rate',
  DURATION: 'duration',
  USERS: 'users',
  THINK_TIME: 'think',
  CONNECTIONS: 'connections',
  WARMUP: 'warmup',
  STALL: 'stall',
  SPIKE: 'spike',
  SPIKES: 'spikes',
  DEGRADATION_FLOOR: 'floor',
  AGENTS: 'agents',
  LIVES: 'lives',
  SERIES: 'series',
  REGISTRATIONS: 'register',
  EVENTS: 'publish',
  DELIVERIES: 'deliver',
  LISTS: 'list',
  ROUNDS: 'rounds',
} as const satisfies Partial<Record<SettingName, string>>

/** Sizes by profile, such as `{ smoke: { rate: 50, duration: 10 }, ci: {…}, production: {…} }`. */
export type Profiles = Record<Settings['PROFILE'], Record<string, number>>
/** The numbers of a script: those that every profile of it has. */
export type SizeOf<P extends Profiles> = { [K in keyof P['ci']]: number } & { stall?: number }

/** @throws UsageError where a number is given that the script has no use for: it would change nothing, unseen */
export function sizeOf<P extends Profiles>(profiles: P, settings: Settings, script: string): SizeOf<P> {
  const size: Record<string, number> = { ...profiles[settings.PROFILE] }
  for (const [setting, key] of Object.entries(NUMBERS) as [keyof typeof NUMBERS, string][]) {
    const given = settings[setting]
    if (given === undefined) continue
    if (size[key] === undefined) {
      const known = Object.entries(NUMBERS).flatMap(([name, number]) => (size[number] === undefined ? [] : [name]))
      throw new UsageError(`setting ${setting}: script ${script} has no use for it; it is sized by ${known.join(', ')}`)
    }
    size[key] = given
  }
  return size as SizeOf<P>
}
