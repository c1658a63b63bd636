/** Webhooks and what reaches them. */
import { type Case, hostile } from './case.ts'
import { changed, rewritten } from './gateway/defects.ts'
import type { Answer, Defect } from './gateway/model.ts'

const case_ = (name: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script: 'integration', defect, verdict: 'fail', plain: 'same' },
  ...{ cause: /event|webhook|deliver|llm|upload|window/i },
  ...more,
})

/** Lists all webhooks but each so many-th. */
const forgets = (every: number): Defect => {
  const kept: object[] = []
  return {
    answer(exchange, right) {
      const answer = right()
      const { route, nth, query } = exchange
      if (route === 'webhook' && answer.status === 201 && nth % every !== 0) {
        const { id, url, events } = JSON.parse(answer.body)
        kept.push({ id, url, events })
      }
      if (route !== 'webhooks') return answer
      const offset = Number(query.get('offset') ?? 0)
      const items = kept.slice(offset, offset + Number(query.get('limit') ?? 20))
      return { ...answer, body: JSON.stringify({ total: kept.length, items }) }
    },
  }
}

hostile('deliveries', [
  case_(
    'each event reaches its webhooks twice',
    () => rewritten('stats', (right) => ({ ...right, delivered: right.delivered * 2 })),
    { plain: 'both' },
  ),
  case_('one event of each webhook is lost', () =>
    rewritten('stats', (right) => ({ ...right, delivered: Math.max(0, right.delivered - 1) })),
  ),
  case_('nothing is delivered, all of it is pending', () =>
    rewritten('stats', (right) => ({ ...right, delivered: 0, pending: right.delivered })),
  ),
  case_('what is delivered has failed', () => rewritten('stats', (right) => ({ ...right, failed: right.delivered }))),
  case_('counts are those of the neighbour', () => {
    let before = 0
    return rewritten('stats', (right) => {
      const { delivered } = right
      const other = { ...right, delivered: before }
      before = delivered
      return other
    })
  }),
  case_('events match nobody and are delivered all the same', () => rewritten('publish', (right) => ({ ...right, matched: 0 }))),
  case_('the list has lost every second webhook', () =>
    rewritten('webhooks', ({ items }) => {
      const kept = items.filter((_: object, i: number) => i % 2 === 0)
      return { total: kept.length, items: kept }
    }),
  ),
  case_('one webhook of five is forgotten', () => forgets(5)),
  case_('one webhook of twenty is forgotten', () => forgets(20)),
  case_('all of it is delivered, and fails as well when it is asked for again', () => {
    const asked = new Set<string>()
    return {
      answer({ route, path }, right) {
        const answer = right()
        if (route !== 'stats' || !asked.has(path)) {
          if (route === 'stats') asked.add(path)
          return answer
        }
        const stats = JSON.parse(answer.body)
        return { ...answer, body: JSON.stringify({ ...stats, failed: stats.delivered }) }
      },
    }
  }),
  case_('webhooks are listed with another URL', () =>
    rewritten('webhooks', (right) => ({
      ...right,
      items: right.items.map((item: object) => ({ ...item, url: 'http://127.0.0.1:1/elsewhere' })),
    })),
  ),
  case_('webhooks are listed with types of somebody else', () =>
    rewritten('webhooks', (right) => ({
      ...right,
      items: right.items.map((item: { events: string[] }) => ({ ...item, events: [item.events[0], 'x'] })),
    })),
  ),
  case_('each event reaches its webhooks twice, and as many deliveries are taken back', () =>
    rewritten('stats', (right) => ({ ...right, delivered: right.delivered * 2, failed: -right.delivered })),
  ),
  case_('completions of more tokens than were asked for', () =>
    rewritten('complete', (right) => ({ ...right, usage: { ...right.usage, completion_tokens: 5000 } })),
  ),
  case_('two webhooks share an id', () => {
    let last = ''
    return rewritten('webhook', (right, { nth }) => {
      if (nth % 2 === 1) last = right.id
      return { ...right, id: last }
    })
  }),
  case_('the list of webhooks stands still', () => {
    let first: Answer | undefined
    return changed('webhooks', (answer) => {
      first ??= answer
      return first
    })
  }),
  case_('completions are longer than anybody has asked for', () =>
    rewritten('complete', (right) => ({ ...right, usage: { ...right.usage, completion_tokens: 4096 } })),
  ),
  case_('completions of nothing', () => rewritten('complete', (right) => ({ ...right, completion: '' }))),
  case_('completions of another model', () => rewritten('complete', (right) => ({ ...right, model: 'loadgate-smaller' }))),
  case_('the digest of what was sent before', () => {
    let before = ''
    return rewritten('upload', (right) => {
      const { sha256 } = right
      const other = { ...right, sha256: before }
      before = sha256
      return other
    })
  }),
])
