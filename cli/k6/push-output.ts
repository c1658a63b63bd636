/** How k6 is told to push: its Prometheus remote-write output, every trend as a native histogram, once a second. */

/** Seconds between two pushes. */
export const INTERVAL_S = 1

const OUTPUT = 'experimental-prometheus-rw'
type Environment = Readonly<Record<string, string | undefined>>

/** What a user has asked of K6_OUT: the flag that is added for the recorder would hide it. */
const outputsIn = (env: Environment): string[] => (env.K6_OUT ?? '').split(',').filter((output) => output.trim() !== '')

export interface K6Output {
  env: Record<string, string>
  args: string[]
}

/**
 * Histograms are a setting of the output up to k6 v2.0. Since v2.1 they are a feature of k6, which warns of the setting. Features
 * are flags here: k6 joins those to the flags of the user, for which it would forget a variable.
 * @param version of k6, as 1.8.1
 * @param last whether the end of every series is told: k6 sends each histogram once more then, which makes the sums whole
 */
export function pushTo(url: string, env: Environment, { version, last }: { version: string; last: boolean }): K6Output {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isFeature = major > 2 || (major === 2 && minor >= 1)
  const features = (env.K6_FEATURES ?? '').split(',').filter(Boolean)
  return {
    env: {
      K6_PROMETHEUS_RW_SERVER_URL: url,
      ...(isFeature ? {} : { K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: 'true' }),
      K6_PROMETHEUS_RW_PUSH_INTERVAL: `${INTERVAL_S}s`,
      ...(last ? { K6_PROMETHEUS_RW_STALE_MARKERS: 'true' } : {}),
    },
    args: [
      ...[...outputsIn(env), OUTPUT].flatMap((output) => ['--out', output]),
      ...(isFeature ? ['--features', [...new Set([...features, 'native-histograms'])].join(',')] : []),
    ],
  }
}

/** Whether flags or environment already make k6 push somewhere else. */
export const pushesAlready = (k6Flags: readonly string[], env: Environment): boolean =>
  [...k6Flags, ...outputsIn(env)].some((word) => word.replace(/^(--out=|-o=?)/, '').startsWith(OUTPUT))
