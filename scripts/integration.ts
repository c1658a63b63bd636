/**
 * The integration layer: completions, webhooks, events, uploads. Proves that ids which it gives out can be used, and that events reach
 * their webhooks once each: what is published is counted, and the gateway's own counts must come to the same.
 */
import { llmComplete } from '../lib/rest/llm.ts'
import { upload } from '../lib/rest/upload.ts'
import { plan } from '../lib/run/plan.k6.ts'
import type { Target } from '../lib/target/target.ts'
import { beginSeries, makeWebhooks, verifyDeliveries } from '../lib/webhooks/deliveries.k6.ts'
import { Webhooks } from '../lib/webhooks/events.ts'
import { webhookList } from '../lib/webhooks/list.ts'
import { eventPublish, webhookCreate, webhookStats } from '../lib/webhooks/webhooks.ts'
import standard from '../thresholds/integration.json'
import production from '../thresholds/production/integration.json'

const mix = { llm_complete: 40, webhook_create: 20, event_publish: 30, webhook_list: 5, webhook_stats: 3, upload: 2 }

/** Two webhooks, events to one and to both in turn, and what the two have got. */
const series = [
  ...['webhook_create', 'webhook_create'],
  ...['event_publish', 'event_publish', 'event_publish', 'event_publish'],
  ...['webhook_stats', 'webhook_stats'],
]
/** Of the four events, two are for the first webhook as well as for the second. */
const DUES = [2, 4]
const DUE_IN_ALL = DUES.reduce((a, b) => a + b, 0)

const DELIVERY_METRICS = ['events_verified', 'events_lost', 'events_twice'] as const
/** Events can be followed to their webhooks. */
const delivers = ({ has }: Target): boolean => [...series, 'webhook_list'].every(has)

/** Webhooks that setup() makes: for statistics of VUs that have made none themselves. */
const WEBHOOKS = 5
/** Seconds that the count at the end may take at most. */
const COUNT = 120

const { exec, ...rest } = plan({
  name: 'integration',
  description: 'Completions, webhooks, events and uploads',
  thresholds: { standard, production },
  profiles: {
    smoke: { rate: 125, series: 2, duration: 8, warmup: 2, stall: 1 },
    ci: { rate: 200, series: 3, duration: 15, warmup: 3, stall: 1 },
    production: { rate: 500, series: 10, duration: 60, warmup: 15, stall: 1 },
  },
  windows: ({ rate, series: perSecond, duration, warmup }, { INSTANCES }, target) => [
    { name: 'warmup', duration: warmup, mix, latency: 'settles', load: { model: 'open', rate } },
    [
      { name: 'mix', duration, mix, load: { model: 'open', rate } },
      {
        name: 'delivery',
        duration: delivers(target) ? duration : 0,
        sequence: series,
        exec: 'delivery',
        load: { model: 'open', rate: perSecond * series.length },
      },
    ],
    {
      name: 'verify',
      duration: delivers(target) ? COUNT : 0,
      exec: 'verify',
      endpoints: ['webhook_list', 'webhook_stats'],
      latency: 'settles',
      // Each k6 instance has a VU of its own, which looks for what its instance has published.
      load: { model: 'own', executor: 'per-vu-iterations', vus: INSTANCES, iterations: 1 },
    },
  ],
  endpoints: [llmComplete, webhookCreate, eventPublish, webhookList, webhookStats, upload],
  planned: ({ series: perSecond, duration }) => {
    const due = Math.floor(perSecond * duration) * DUE_IN_ALL
    return { events_verified: due, events_lost: due, events_twice: due }
  },
  restsOn: { events_verified: ['delivery', 'verify'] },
  required: DELIVERY_METRICS,
  otherMetrics: (_settings, target) => (delivers(target) ? [] : DELIVERY_METRICS),
  setup: ({ traffic, target }) => ({ webhooks: target.has('webhook_create') ? makeWebhooks(traffic, WEBHOOKS) : undefined }),
  begin(vuState, { webhooks }) {
    Object.assign(vuState.of(Webhooks), webhooks)
  },
})

export const { options, setup, teardown, handleSummary, run } = rest

export const delivery = exec(({ traffic }) => {
  beginSeries(traffic)
  traffic.iterate()
})

export const verify = exec(({ traffic, settings }) => verifyDeliveries(traffic, DUES, 2 * settings.TIMEOUT))
