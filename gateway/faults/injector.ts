import type { Verdict } from '../base/authorization.ts'
import type { EndpointName } from '../base/endpoints.ts'
import type { Quota } from '../base/limiter.ts'
import type { InjectionPoint, InjectionPoints, ProcessControl, Sequenced, StreamPlan } from './fault.ts'
import type { Order } from './order.ts'
import { Proportion } from './proportion.ts'

/** A fault that has been ordered; once it is active it has its behaviour and its share's count. */
interface Armed {
  readonly id: string
  readonly order: Order
  state: 'waiting' | 'active' | 'ended'
  proportion: Proportion
  points: { readonly [S in InjectionPoint]?: InjectionPoints[S] }
  timer: NodeJS.Timeout | undefined
  undo: (() => void) | undefined
}

export interface Acting<S extends InjectionPoint> {
  readonly act: InjectionPoints[S]
  readonly order: Order
  due(): boolean
}

const MAX_ARMED = 256
const NONE: readonly never[] = []

/** Which faults are on, and where. Without `--faults` there is none of it in the gateway. */
export class FaultInjector {
  readonly #armed = new Map<string, Armed>()
  /** By point and endpoint, so that a request looks up rather than searches. */
  readonly #acting = new Map<string, Acting<InjectionPoint>[]>()
  readonly #control: ProcessControl
  #ordered = 0

  constructor(control: ProcessControl) {
    this.#control = control
  }

  /** Null when too many are on already. */
  arm(order: Order): string | null {
    for (const [id, { state }] of this.#armed) if (state === 'ended' && this.#armed.size >= MAX_ARMED) this.#armed.delete(id)
    if (this.#armed.size >= MAX_ARMED) return null
    const id = `f-${++this.#ordered}`
    const armed: Armed = {
      id,
      order,
      state: 'waiting',
      proportion: new Proportion(order.share, order.afterRequests, order.forRequests),
      points: {},
      timer: undefined,
      undo: undefined,
    }
    this.#armed.set(id, armed)
    if (order.afterS > 0) armed.timer = setTimeout(() => this.#begin(armed), order.afterS * 1000)
    else this.#begin(armed)
    return id
  }

  disarm(id: string): boolean {
    const armed = this.#armed.get(id)
    if (!armed) return false
    this.#end(armed)
    this.#armed.delete(id)
    return true
  }

  clear(): void {
    for (const id of [...this.#armed.keys()]) this.disarm(id)
  }

  describe(): object[] {
    return [...this.#armed.values()].map(({ id, order, state, proportion }) => ({
      id,
      name: order.entry.name,
      endpoint: order.endpoint,
      share: order.share,
      after_s: order.afterS,
      after_requests: order.afterRequests,
      for_requests: order.forRequests,
      duration_s: order.durationS,
      ...order.values,
      state,
      seen: proportion.seen,
      acted: proportion.acted,
    }))
  }

  at<S extends InjectionPoint>(point: S, endpoint: EndpointName): readonly Acting<S>[] {
    return (this.#acting.get(`${point} ${endpoint}`) as Acting<S>[] | undefined) ?? NONE
  }

  judge(endpoint: EndpointName, verdict: Verdict): Verdict {
    return this.at('token', endpoint).reduce((judged, fault) => fault.act(judged, () => fault.due()), verdict)
  }

  grant(endpoint: EndpointName, quota: Quota): Quota {
    return this.at('quota', endpoint).reduce((granted, fault) => (fault.due() ? fault.act(granted) : granted), quota)
  }

  lookup(endpoint: EndpointName): 'miss' | 'stale' | null {
    for (const fault of this.at('lookup', endpoint)) if (fault.due()) return fault.act()
    return null
  }

  plan(endpoint: EndpointName): StreamPlan {
    const plan: StreamPlan = {}
    for (const fault of this.at('stream', endpoint)) if (fault.due()) Object.assign(plan, fault.act())
    return plan
  }

  pass(endpoint: EndpointName, event: Sequenced, receiver: object): readonly Sequenced[] {
    return this.at('event', endpoint).reduce<readonly Sequenced[]>(
      (events, fault) => events.flatMap((one) => fault.act(one, receiver, fault.due())),
      [event],
    )
  }

  pongDelayMs(endpoint: EndpointName): number {
    return this.at('pong', endpoint).reduce((longest, fault) => (fault.due() ? Math.max(longest, fault.act()) : longest), 0)
  }

  deliveries(endpoint: EndpointName): number {
    for (const fault of this.at('delivery', endpoint)) if (fault.due()) return fault.act()
    return 1
  }

  #begin(armed: Armed): void {
    const { order } = armed
    armed.state = 'active'
    armed.points = order.entry.arm(order.values)
    armed.timer = order.durationS > 0 ? setTimeout(() => this.#end(armed), order.durationS * 1000) : undefined
    if (armed.points.process && armed.proportion.due()) armed.undo = armed.points.process(this.#control)
    this.#rebuild()
  }

  #end(armed: Armed): void {
    clearTimeout(armed.timer)
    armed.state = 'ended'
    armed.undo?.()
    armed.undo = undefined
    this.#rebuild()
  }

  #rebuild(): void {
    this.#acting.clear()
    for (const { order, proportion, points, state } of this.#armed.values()) {
      if (state !== 'active') continue
      for (const [point, act] of Object.entries(points))
        for (const endpoint of order.endpoints) {
          const key = `${point} ${endpoint}`
          const acting = this.#acting.get(key) ?? []
          this.#acting.set(key, acting)
          acting.push({ act, order, due: () => proportion.due() } as Acting<InjectionPoint>)
        }
    }
  }
}
