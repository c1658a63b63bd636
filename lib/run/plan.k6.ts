/** Binds a script: settings + target + thresholds -> what k6 imports from it. */
import { sleep } from 'k6'
import { SharedArray } from 'k6/data'
import exec from 'k6/execution'
import type { Options } from 'k6/options'
import type { Grant } from '../auth/auth.ts'
import { firstGrant } from '../auth/authorization.k6.ts'
import { keepSecret, printable, sentenceOf, stop, told, warn } from '../base/speak.k6.ts'
import type { PlanEndpoint } from '../described/in-code.ts'
import { VuState } from '../endpoint/vu-state.ts'
import type { Metric } from '../metrics/declaration.ts'
import { isOutside } from '../metrics/failure.k6.ts'
import { scriptErrors } from '../metrics/metrics.k6.ts'
import type { InstanceFacts } from '../summary/instance.ts'
import { comeBackAfterLoad } from '../vu/after-load.k6.ts'
import { type Context, contextOf } from '../vu/context.ts'
import { readerOf } from '../vu/init-data.ts'
import { requireAnswer } from '../vu/reachable.k6.ts'
import { type Traffic, traffic } from '../vu/traffic.k6.ts'
import { firstPass, requireAsked, summarize } from './first-pass.ts'
import { segmentOfRun, sendEvidence, sha256 } from './instance.k6.ts'
import type { Profiles, SizeOf } from './sizing.ts'
import type { PlanSpec } from './spec.ts'

export type { Context } from '../vu/context.ts'
export type { PlanSpec } from './spec.ts'

/** What setup hands to every VU. */
export interface SetupData<F> {
  /** Name of this run: of each k6 instance of it. */
  run: string
  /** When the load began, in epoch milliseconds. */
  began: number
  grant?: Grant
  found?: F
}

/** What `plan` makes: what k6 looks for among the exports of a script, and `exec` for functions of its own. */
export interface Plan<P extends Profiles, F> {
  options: Options
  setup(): SetupData<F>
  teardown(data: SetupData<F>): void
  handleSummary(data: unknown): Record<string, string>
  /** Sends the mix of the window that k6 is running. */
  run(data: SetupData<F>): void
  /** Makes the exported function of windows with an exec of their own: counts what it throws. */
  exec(iteration: (context: Context<SizeOf<P>>, found: F) => void | Promise<void>): (data: SetupData<F>) => void | Promise<void>
}

/** Short, and different for every run and every k6 instance. */
const runName = (): string => Date.now().toString(36) + Math.floor(Math.random() * 36 ** 4).toString(36)

function inWords<T>(part: () => T): T {
  try {
    return part()
  } catch (error) {
    throw sentenceOf(error)
  }
}

/**
 * What a script exports to k6, made of what it declares.
 *
 *     export const { options, setup, teardown, handleSummary, run } = plan({
 *       name: 'orders',
 *       endpoints: [order],
 *       profiles: { smoke: { rate: 50, duration: 10 }, ci: { rate: 100, duration: 20 }, production: { rate: 2000, duration: 120 } },
 *       windows: ({ rate, duration }) => [{ name: 'steady', duration, mix: { order: 1 }, load: { model: 'open', rate } }],
 *       thresholds: { windows: { steady: { '*': { p95_ms: 200, error_rate: 0.001, why: 'What the shop promises.' } } } },
 *     })
 *
 * A mistake in it (an unknown endpoint or metric, a limit without samples) stops the script when k6 loads it, with what was expected and what was
 * found.
 */
export function plan<
  const P extends Profiles,
  E extends PlanEndpoint = PlanEndpoint,
  M extends Metric = never,
  W extends string = string,
  F = undefined,
>(spec: PlanSpec<P, F, W, E, M>): Plan<P, F> {
  // k6 runs a script once for its options, once for each VU, and once more for setup, teardown and summary (__VU is 0 in all but the VUs).
  // What the first of these passes works out is all that the others are told.
  let options: Options = {}
  const initData = readerOf<SizeOf<P>>(
    sharedTexts('loadgate', () => {
      // Here, since what is thrown goes through k6: nothing beyond it can catch it.
      const first = inWords(() => firstPass(spec))
      options = first.options
      for (const warning of first.warnings) warn(warning)
      return first.initData
    }),
  )

  keepSecret(() => initData.read('secrets'))

  let own: Traffic | undefined
  let iterate: (() => void) | undefined
  const ready = (data: SetupData<F>): Traffic => {
    if (own === undefined) {
      // No gateway was asked for its health, and no option of k6 was looked at: a throw alone would end one iteration only.
      if (data === undefined) stop('setup() has not run: without it nothing holds k6 to the script; leave out --no-setup')
      const vuState = new VuState(__VU, data.run)
      if (data.found !== undefined) spec.begin?.(vuState, data.found)
      own = traffic(initData, vuState, spec.endpoints)
      if (data.grant !== undefined) own.authorization.use(data.grant)
    }
    return own
  }
  let context: Context<SizeOf<P>> | undefined
  const contextWith = (data: SetupData<F>): Context<SizeOf<P>> => {
    context ??= contextOf(initData, ready(data))
    return context
  }
  const thrown = (error: unknown): never => {
    // k6 itself exits 0 when every iteration throws, and when every promise is rejected.
    scriptErrors.add(1)
    throw printable(error)
  }
  /** k6 prints what setup() and teardown() throw. */
  const spoken = <T>(part: () => T): T => {
    try {
      return part()
    } catch (error) {
      throw printable(sentenceOf(error))
    }
  }
  const guarded =
    <T extends void | Promise<void>>(iteration: (data: SetupData<F>) => T) =>
    (data: SetupData<F>): T => {
      try {
        const running = iteration(data)
        return (running instanceof Promise ? running.catch(thrown) : running) as T
      } catch (error) {
        return thrown(error)
      }
    }

  /** What the script is made of: whether all instances run the same is seen by its text. */
  const code: unknown[] = [spec]
  const instanceFacts = (data: unknown): InstanceFacts => {
    const { setup_data: found } = data as { setup_data?: Partial<SetupData<F>> }
    const ended = Date.now()
    const written = JSON.stringify(code, (_, part) => (typeof part === 'function' ? String(part) : part))
    return {
      segment: segmentOfRun(),
      run: found?.run ?? '',
      began: found?.began ?? ended,
      ended,
      hash: sha256,
      script: [written, ...initData.orders()].join('\n'),
    }
  }

  return {
    options,
    setup: () =>
      spoken(() => {
        const entered = Date.now()
        const { INSTANCES, SETUP_TIME } = initData.read('settings')
        requireAsked(exec.test.options, initData.read('asked'), INSTANCES)
        isOutside('setup')
        const { auth, timeout, greeting } = initData.read('sending')
        requireAnswer(greeting, timeout)
        const grant = firstGrant(auth, timeout)
        const data: SetupData<F> = { run: runName(), began: 0, ...(grant === undefined ? {} : { grant }) }
        if (spec.setup !== undefined) data.found = spec.setup(contextWith(data))
        // They were told to go in the same moment, and what they asked the gateway took each of them its own time.
        if (INSTANCES > 1) sleep(Math.max(0, SETUP_TIME - (Date.now() - entered) / 1000))
        data.began = Date.now()
        return data
      }),
    teardown: (data) =>
      spoken(() => {
        isOutside('teardown')
        const shed = initData.read('comeback')
        if (shed.length > 0) comeBackAfterLoad(ready(data), shed)
        return spec.teardown?.(contextWith(data), data.found as F)
      }),
    handleSummary: (data) =>
      summarize(
        initData.read('summary'),
        data,
        (figures) => spec.results?.(figures, initData.read('size'), initData.read('settings')) ?? {},
        {
          facts: () => instanceFacts(data),
          send: (evidence) => {
            const { COLLECTOR = '', COLLECTOR_TOKEN = '' } = initData.read('settings')
            return told(sendEvidence(COLLECTOR, COLLECTOR_TOKEN, evidence))
          },
        },
      ),
    run(data) {
      // The hot path: not a call more than it needs.
      try {
        iterate ??= ready(data).iteration()
        iterate()
      } catch (error) {
        thrown(error)
      }
    },
    exec: (iteration) => {
      code.push(iteration)
      return guarded((data) => iteration(contextWith(data), data.found as F))
    },
  }
}

/**
 * Texts that are made once in a k6 process and read by all its VUs.
 * To be called in init by every pass of a script; only the first one's `make` runs.
 * @returns reads the text at an index; k6 copies it out for the VU that asks
 */
function sharedTexts(name: string, make: () => string[]): (index: number) => string {
  // k6 freezes what it hands out by going through its keys, which of a bare text are all its characters.
  const texts = new SharedArray<[string]>(name, () => make().map((text): [string] => [text]))
  return (index) => (texts[index] as [string])[0]
}
