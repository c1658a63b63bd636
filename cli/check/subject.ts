/** An endpoint of the gateway's own as `check` sends and checks it. */

import { type Described, routeOf } from '../../lib/described/endpoint.ts'
import { oneVu } from '../../lib/described/one-vu.ts'
import type { Subject } from '../../lib/run/once.ts'
import type { Target } from '../../lib/target/target.ts'
import { urlOf } from '../../lib/vu/url.ts'
import { partsOf } from './parts.ts'

/** @param vu whose endpoints share what answers give */
export function ofOwn(described: Described, target: Target, vu: ReturnType<typeof oneVu>): Subject {
  const session = vu(described)
  return {
    described,
    ofContract: false,
    url: (call) => urlOf((described.base_url ?? target.baseUrl).replace(/\/+$/, ''), routeOf(described.path).route, call),
    next: (turn) => session.next(turn),
    check: session.check,
    fresh: () => oneVu('check')(described).check,
    parts: (answer) =>
      partsOf(described, answer).map(({ what, came, alone }) => ({ what, came, check: oneVu('part')(alone).check })),
  }
}
