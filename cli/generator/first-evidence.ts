/** Evidence of the first schema, `loadgate.generator/1`: CPU-starved was called starved, headroom room, and failed checks wrong answers. */
import { isObject } from '../../lib/base/json.ts'
import { classToday } from '../../lib/base/outcome.ts'
import { GENERATOR_SCHEMA, type GeneratorEvidence, parseGenerator } from './evidence-model.ts'

export const FIRST_GENERATOR_SCHEMA = 'loadgate.generator/1'

type Json = Readonly<Record<string, unknown>>

const each = (list: unknown, today: (one: Json) => Json): unknown =>
  Array.isArray(list) ? list.map((one) => (isObject(one) ? today(one) : one)) : list

/** @throws when the text is no evidence of that version */
export function parseFirstGenerator(text: string): GeneratorEvidence {
  const { starved, windows, failures, ...same } = JSON.parse(text) as Json
  const evidence = {
    ...same,
    schema: GENERATOR_SCHEMA,
    cpu_starved: starved,
    windows: each(windows, ({ starved, room, ...one }) => ({ ...one, cpu_starved: starved, headroom: room })),
    failures: each(failures, (one) => ({ ...one, class: typeof one.class === 'string' ? classToday(one.class) : one.class })),
  }
  return parseGenerator(JSON.stringify(evidence))
}
