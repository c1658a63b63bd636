import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { seeded } from '../../../../lib/base/random.ts'
import type { Endpoint } from '../../../../lib/endpoint/endpoint.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'
import { llmComplete } from '../../../../lib/rest/llm.ts'
import { DIGESTS, upload, uploadText } from '../../../../lib/rest/upload.ts'
import { quickCheckOfSession } from '../../../../lib/vu/check.ts'
import { hasItsTypes, missingWebhooks, placeInSeries, Webhooks } from '../../../../lib/webhooks/events.ts'
import { listedWrongly, readWebhooks, webhookList } from '../../../../lib/webhooks/list.ts'
import { checkStats, eventPublish, readStats, webhookCreate, webhookStats } from '../../../../lib/webhooks/webhooks.ts'
import { type Asked, Talk } from './talk.ts'

const answering = (endpoint: Endpoint) => {
  const { check } = endpoint.check(new VuState(1, 'run'))
  const [call = {}] = endpoint.calls(seeded(1), {})
  return (answer: unknown, headers = {}) =>
    check(typeof answer === 'string' ? answer : JSON.stringify(answer), call.expect ?? '', headers)
}

test('a completion has an id, its model, a text and what it used', () => {
  const right = { id: 'c', model: 'loadgate-small', completion: 'yes', usage: { prompt_tokens: 8, completion_tokens: 1 } }
  let n = 0
  const check = answering(llmComplete)
  const answer = (more: object) => check({ ...right, id: `c-${n++}`, ...more })
  assert.equal(answer({}), undefined)
  assert.equal(check(JSON.stringify({ ...right, id: 'c-x' }, null, 1)), undefined)
  assert.match(String(answer({ id: 'c-x' })), /repeats the id/)
  assert.equal(answer({ id: undefined }), 'has no id')
  assert.equal(answer({ model: 'other' }), 'has model "other", not "loadgate-small"')
  assert.equal(answer({ completion: '' }), 'has no completion')
  assert.match(String(answer({ usage: { prompt_tokens: 8, completion_tokens: 0 } })), /^has usage.completion_tokens 0/)
  assert.equal(answer({ usage: undefined }), 'has no usage')
  assert.equal(
    answer({ usage: { prompt_tokens: 8, completion_tokens: 5000 } }),
    'has usage.completion_tokens 5000, not at most the 32 that were asked for',
  )
})

test('prompts differ, and differ with the seed', () => {
  const prompts = (seed: number) => llmComplete.calls(seeded(seed), {}).map(({ body }) => body)
  assert.equal(new Set(prompts(1)).size, prompts(1).length)
  assert.notDeepEqual(prompts(1), prompts(2))
})

test('digests of uploads are those of the texts', () => {
  assert.deepEqual(
    DIGESTS,
    DIGESTS.map((_, i) =>
      createHash('sha256')
        .update(uploadText(i + 1))
        .digest('hex'),
    ),
  )
})

test('an upload is answered with its size and digest', () => {
  const check = answering(upload)
  const right = { id: 'u-1', size: 4096, sha256: DIGESTS[0] }
  assert.equal(check(right), undefined)
  assert.match(String(check(right)), /repeats the id/)
  assert.match(String(check({ ...right, id: 'u-2', size: 4095 })), /has size 4095/)
  assert.match(String(check({ ...right, id: 'u-3', sha256: DIGESTS[1] })), /which is not that of what was sent/)
  assert.equal(check('null'), 'is no JSON object')
})

test('webhooks that are listed no more', () => {
  const type = (vu: number, series: number, place: number) => `lg.run.${vu}.s${series}.${place}`
  const webhook = (vu: number, series: number, place: number) =>
    place === 0 ? [type(vu, series, 0)] : [type(vu, series, place), type(vu, series, place - 1)]
  const series = [1, 2, 3, 4, 5, 6].flatMap((n) => [0, 1].map((place) => webhook(n % 4, n, place)))
  const others = [0, 1, 2, 3].map((place) => webhook(7, 0, place))
  const all = [...series, ...others]
  const without = (...gone: string[]) =>
    missingWebhooks(
      all.filter(([own]) => !gone.includes(own as string)),
      2,
    )
  assert.deepEqual(without(), [])
  assert.deepEqual(without(type(1, 5, 1), type(1, 1, 0)).sort(), ['.s1.0', '.s5.1'])
  assert.deepEqual(without(type(2, 6, 1)), [], 'the last series may have been cut off')
  assert.deepEqual(without(type(2, 6, 0)), ['.s6.0'], 'but the webhook after it was made when it was there')
  assert.deepEqual(without(type(7, 0, 2)), [type(7, 0, 2)])
  assert.deepEqual(without(type(7, 0, 3)), [], 'nobody knows of the last of a VU')
  assert.deepEqual(missingWebhooks([[type(1, 0, 7)], [type(1, 0, 9)]], 2), [], 'the one between them was not made')
  assert.deepEqual(missingWebhooks([], 2), [])
})

const hooks = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `w-${i}`, url: 'x', events: [] }))

test('a page of webhooks is as long as it should be and has none twice', () => {
  const talk = new Talk()
  const check = (page: object) => talk.check(webhookList, talk.next(webhookList), JSON.stringify(page))
  assert.equal(check({ total: 3, items: hooks(3) }), undefined)
  assert.equal(check({ total: 90, items: hooks(50) }), undefined)
  assert.equal(check({ total: 90, items: hooks(49) }), 'has 49 items, not 50 (total 90, offset 0)')
  assert.equal(check({ total: 2, items: [hooks(1)[0], hooks(1)[0]] }), 'has an item twice')
  assert.match(String(check({ total: 1, items: [{ id: 'w', url: 'x' }] })), /^has no items\[0\].events/)
  assert.equal(check({ items: [] }), 'has no total')
  assert.equal(typeof readWebhooks(JSON.stringify({ total: 60, items: hooks(10) }), 50, 50), 'object')
})

const create = (talk: Talk, id: string) =>
  talk.say(webhookCreate, ({ url, events }: Asked) => ({ id, url, events, created_at: Date.now() }))
const publish = (talk: Talk, id: string, matched?: number) =>
  talk.say(eventPublish, ({ type }) => ({ id, type, matched: matched ?? talk.vuState.of(Webhooks).newest?.types.length ?? 0 }))

test('a webhook of the run is listed as it was made', () => {
  const type = (series: number, place: number) => `lg.run.3.s${series}.${place}`
  for (const types of [[type(1, 0)], [type(1, 1), type(1, 0)], [type(0, 12), type(0, 11)], [type(1, 1)], ['lg.run.3.nobody']])
    assert.ok(hasItsTypes(types), String(types))
  for (const types of [
    [type(1, 1), type(1, 1)],
    [type(1, 1), type(2, 0)],
    [type(1, 1), type(1, 0), 'x'],
  ])
    assert.ok(!hasItsTypes(types), String(types))
  const talk = new Talk()
  assert.equal(create(talk, 'w-0'), undefined)
  const listed = (more: object) => {
    const item = { id: 'w-0', url: 'internal:sink', events: ['lg.run.3.s0.0'], ...more }
    return talk.check(webhookList, talk.next(webhookList), JSON.stringify({ total: 1, items: [item] }))
  }
  assert.equal(listed({}), undefined)
  assert.equal(listed({ url: 'internal:drain' }), 'has webhook w-0 with url "internal:drain", not "internal:sink"')
  assert.match(String(listed({ events: ['lg.run.3.s0.0', 'lg.run.3.s0.1'] })), /which it was not made with/)
  assert.equal(listed({ url: 'x', events: ['of.somebody'] }), undefined, 'others may list what they like')
  assert.equal(listedWrongly([{ id: 'w', url: 'x', events: [type(1, 0)] }], 'run', undefined), undefined)
})

test('a full page is right while only the number of webhooks grows, and wrong where anything else does not fit', () => {
  const talk = new Talk()
  const session = talk.session(webhookList)
  const checked = quickCheckOfSession(webhookList, session, {})
  const check = (body: string) =>
    checked({ status: 200, body, headers: { 'Content-Type': 'application/json' } }, talk.next(webhookList))
  const page = (total: number | string, items = hooks(50)) => JSON.stringify({ total, items })
  for (let n = 0; n < 5; n++) assert.equal(check(page(50 + n)), undefined)
  // 50 of 49 are one too many, and what else differs must be read.
  assert.match(String(check(page(49))), /has 50 items, not 49/)
  assert.match(String(check(page('60'))), /^has total "60"/)
  assert.match(String(check(page(60, [...hooks(49), ...hooks(1)]))), /twice/)
  assert.match(String(check(page(60).slice(0, -1))), /^is not/)
  assert.match(String(check(page(60).replace('60', '6 0'))), /^is not/)
  assert.match(String(check(page(60.5))), /^has total 60.5/)
  assert.match(String(check(page(60, hooks(49)))), /has 49 items, not 50/)
  assert.equal(check(page(51)), undefined)
  // A page that is not full is as long as its total.
  for (let n = 0; n < 5; n++) assert.equal(check(page(49, hooks(49))), undefined)
  assert.match(String(check(page(60, hooks(49)))), /has 49 items, not 50/)
  assert.match(String(check(page(48, hooks(49)))), /has 49 items, not 48/)
})

test('a page that is not full is read again when the number of webhooks is another', () => {
  const talk = new Talk()
  const check = (total: number, count: number) =>
    talk.check(webhookList, talk.next(webhookList), JSON.stringify({ total, items: hooks(count) }))
  assert.equal(check(3, 3), undefined)
  assert.match(String(check(4, 3)), /has 3 items, not 4/)
})

test('a webhook is echoed with an id of its own', () => {
  const talk = new Talk({ url: ['http://127.0.0.1:9/hook'] })
  assert.equal(JSON.parse(talk.next(webhookCreate).body ?? '').url, 'http://127.0.0.1:9/hook')
  const fresh = () => new Talk()
  assert.equal(create(fresh(), 'w-1'), undefined)
  assert.equal(create(fresh(), ''), 'has no id')
  assert.match(
    String(fresh().say(webhookCreate, ({ events }) => ({ id: 'w', url: 'x', events, created_at: Date.now() }))),
    /has url "x"/,
  )
  assert.match(
    String(fresh().say(webhookCreate, ({ url }) => ({ id: 'w', url, events: ['other'], created_at: Date.now() }))),
    /has events/,
  )
  const talking = fresh()
  create(talking, 'w-1')
  assert.match(String(create(talking, 'w-1')), /repeats the id/)
})

test('what is wrong with an event is seen as well when right ones were read before', () => {
  const talk = new Talk()
  const say = (more: object) => talk.say(eventPublish, ({ type }) => ({ id: 'e-1', type, matched: 0, ...more }))
  assert.equal(say({}), undefined)
  assert.match(String(say({})), /repeats the id/)
  assert.match(String(say({ id: 'e-2', type: 'another' })), /has type "another"/)
  assert.match(String(say({ id: 'e-3', matched: 1 })), /matches 1 webhooks, not 0/)
  assert.equal(say({ id: '' }), 'has no id')
  assert.equal(say({ id: 'e-4' }), undefined)
})

/** Two webhooks and four events, as one iteration of the script sends them. */
function series(): Talk {
  const talk = new Talk()
  talk.vuState.of(Webhooks).begin(1)
  assert.equal(create(talk, 'w-0'), undefined)
  assert.equal(create(talk, 'w-1'), undefined)
  for (const [i, matched] of [1, 2, 1, 2].entries()) assert.equal(publish(talk, `e-${i}`, matched), undefined)
  return talk
}

test('events go to one webhook and to two in turn, and each webhook is due what it subscribed to', () => {
  const { newest, previous } = series().vuState.of(Webhooks)
  assert.deepEqual([newest?.due, previous?.due], [4, 2])
  assert.deepEqual(
    [newest?.types, previous?.types].map((types) => placeInSeries(types?.[0] ?? '')),
    [1, 0],
  )
})

test('statistics are asked of the newest webhook and the one before, and must match to the event', () => {
  const talk = series()
  const stats = (numbers: Partial<Record<'delivered' | 'failed' | 'pending', number>>) => {
    const call = talk.next(webhookStats)
    const id = call.params?.id
    return [id, talk.check(webhookStats, call, JSON.stringify({ id, delivered: 0, failed: 0, pending: 0, ...numbers }))]
  }
  assert.deepEqual(stats({ delivered: 4 }), ['w-1', undefined])
  assert.deepEqual(stats({ delivered: 1, pending: 1 }), ['w-0', undefined])
  assert.match(String(stats({ delivered: 3 })[1]), /counts 3 events, although 4 were published to the webhook: lost/)
  assert.match(String(stats({ delivered: 3 })[1]), /counts 3 events, although 2 were published to the webhook: delivered twice/)
  assert.match(String(stats({ delivered: 4, failed: 1 })[1]), /failed deliveries/)
  assert.match(String(checkStats('{"id":"w"}', { id: 'w', due: 0, maybe: 0 })), /^has no delivered/)
  assert.match(String(readStats('{"id":"w","delivered":5,"failed":-1,"pending":0}', 'w')), /^has failed -1/)
  assert.match(String(readStats('{"id":"w","delivered":4,"failed":0,"pending":0,"delivered":5}', 'w')), /says a member twice/)
  assert.match(String(checkStats('{"id":"v"}', { id: 'w', due: 0, maybe: 0 })), /^has id "v", not "w"/)
})

test('an event that was not answered may have been delivered or not', () => {
  const talk = series()
  talk.next(eventPublish)
  const check = (delivered: number) => {
    talk.vuState.of(Webhooks).settle()
    const { newest } = talk.vuState.of(Webhooks)
    return newest && checkStats(JSON.stringify({ id: newest.id, delivered, failed: 0, pending: 0 }), newest)
  }
  assert.equal(check(4), undefined)
  assert.equal(check(5), undefined)
  assert.match(String(check(6)), /delivered twice/)
  assert.match(String(check(3)), /lost/)
})

test('an event must match the webhooks that it was published for, and nobody else', () => {
  const talk = new Talk()
  assert.equal(publish(talk, 'e-0', 0), undefined)
  assert.equal(publish(talk, 'e-1', 1), 'matches 1 webhooks, not 0')
  create(talk, 'w-0')
  assert.equal(publish(talk, 'e-2', 0), 'matches 0 webhooks, not 1')
  assert.equal(publish(talk, 'e-3', 1), undefined)
  assert.match(String(publish(talk, 'e-3', 1)), /repeats the id/)
  assert.match(String(talk.say(eventPublish, () => ({ id: 'e-9', type: 'x', matched: 1 }))), /has type "x"/)
})

test('a webhook whose making was not answered gets no events that would be counted', () => {
  const talk = series()
  const ghost = JSON.parse(talk.next(webhookCreate).body ?? '').events as string[]
  assert.equal(create(talk, 'w-3'), undefined)
  assert.equal(create(talk, 'w-4'), undefined)
  for (let i = 0; i < 6; i++) {
    const call = talk.next(eventPublish)
    const { type } = JSON.parse(call.body ?? '')
    assert.ok(!ghost.includes(type), `${type} is a type of the webhook that may exist`)
    talk.check(eventPublish, call, JSON.stringify({ id: `n-${i}`, type, matched: i % 2 === 0 ? 1 : 2 }))
  }
  assert.equal(talk.vuState.of(Webhooks).newest?.due, 6)
})

test('a VU without webhooks asks for statistics of the pool', () => {
  const talk = new Talk()
  assert.equal(talk.session(webhookStats).next(0), undefined)
  talk.vuState.of(Webhooks).pool = ['p-0', 'p-1']
  const call = talk.next(webhookStats)
  assert.match(call.params?.id ?? '', /^p-/)
  assert.equal(
    talk.check(webhookStats, call, JSON.stringify({ id: call.params?.id, delivered: 0, failed: 0, pending: 0 })),
    undefined,
  )
})

/** A gateway that delivers as it should, some of whose answers are lost on the way. */
test('whatever answers are lost, a gateway that delivers once is never accused', () => {
  const steps = fc.array(
    fc.tuple(fc.constantFrom('create', 'publish', 'stats', 'begin'), fc.constantFrom('answered', 'lost', 'unheard')),
    {
      maxLength: 60,
    },
  )
  fc.assert(
    fc.property(steps, (script) => {
      const talk = new Talk()
      const made: { id: string; events: string[]; delivered: number }[] = []
      let n = 0
      let begun = 0
      for (const [step, fate] of script) {
        if (step === 'begin') {
          talk.vuState.of(Webhooks).begin(++begun)
          continue
        }
        const endpoint = step === 'create' ? webhookCreate : step === 'publish' ? eventPublish : webhookStats
        const call = talk.session(endpoint).next(n++)
        // Unheard: the gateway never got it. Lost: it did, and its answer did not come.
        if (call === undefined || fate === 'unheard') continue
        const asked = JSON.parse(call.body ?? 'null')
        let answer: object = {}
        if (step === 'create') {
          const webhook = { id: `w-${n}`, events: asked.events, delivered: 0 }
          made.push(webhook)
          answer = { id: webhook.id, url: asked.url, events: asked.events, created_at: Date.now() }
        } else if (step === 'publish') {
          const matching = made.filter(({ events }) => events.includes(asked.type))
          for (const webhook of matching) webhook.delivered++
          answer = { id: `e-${n}`, type: asked.type, matched: matching.length }
        } else {
          const { id, delivered } = made.find((one) => one.id === call.params?.id) ?? assert.fail('unknown webhook')
          answer = { id, delivered, failed: 0, pending: 0 }
        }
        if (fate === 'answered')
          assert.equal(talk.check(endpoint, call, JSON.stringify(answer)), undefined, JSON.stringify(script))
      }
    }),
    { numRuns: 500 },
  )
})
