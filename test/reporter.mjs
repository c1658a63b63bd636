/** Reporter of node:test: failures in full as they come, and at the end one line that test/run.mjs counts. */
import { inspect } from 'node:util'

/** First word of the line that the runner reads. */
export const TALLY = '#tally'
/** First word of what a test says whose run others kept from the cores (test/disturbed.ts). */
export const DISTURBED = '#disturbed'

/** How many of the slowest tests the tally names. */
const SLOWEST = 10

/** The error that the test threw: node wraps it. */
const cause = (error) => (error?.code === 'ERR_TEST_FAILURE' ? (error.cause ?? error) : error)

/** Fails only because a test in it failed, which was reported already. */
const isEcho = ({ details }) => details.error?.failureType === 'subtestsFailed'

const placeOf = ({ file, line, column }) => `${file}:${line}:${column}`

/** A failure as it is shown: what a test says comes after it, so that it waits for the next event of its file. */
function* shown({ data, disturbed }, tally) {
  if (disturbed !== undefined) {
    tally.skipped += 1
    tally.unshown += 1
    yield `- ${data.name}: skipped, it has shown nothing: ${disturbed} (${inspect(cause(data.details.error)).split('\n')[0]})\n`
    return
  }
  tally.failed += 1
  const place = data.file === undefined ? '' : ` (${data.file}:${data.line})`
  const why = inspect(cause(data.details.error))
  const headline = `${data.name}${place}`
  tally.failures.push({ headline, why: why.split('\n', 1)[0] })
  yield `✖ ${headline}\n${why.replace(/^/gm, '    ')}\n`
}

export default async function* report(events) {
  const tally = { passed: 0, failed: 0, skipped: 0, unshown: 0, failures: [] }
  const waiting = new Map()
  const nestings = new Map()
  let slowest = []
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message
    if (type === 'test:diagnostic' && data.message.startsWith(DISTURBED)) {
      const last = waiting.get(data.file)
      if (last !== undefined && placeOf(last.data) === placeOf(data)) last.disturbed = data.message.slice(DISTURBED.length + 1)
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const last = waiting.get(data.file)
    waiting.delete(data.file)
    if (last !== undefined) yield* shown(last, tally)
    // A test of tests took as long as they did, and comes after them.
    const ofTests = (nestings.get(data.file) ?? 0) > data.nesting
    nestings.set(data.file, data.nesting)
    if (!ofTests && data.skip === undefined) {
      slowest.push({ name: data.name, seconds: data.details.duration_ms / 1000 })
      if (slowest.length > 10 * SLOWEST) slowest = slowestOf(slowest)
    }
    if (type === 'test:fail') {
      if (!isEcho(data)) waiting.set(data.file, { data })
    } else if (data.skip !== undefined) {
      tally.skipped += 1
      yield `- ${data.name}: skipped, ${data.skip}\n`
    } else if (data.details.type !== 'suite') tally.passed += 1
  }
  for (const last of waiting.values()) yield* shown(last, tally)
  yield `${TALLY} ${JSON.stringify({ ...tally, slowest: slowestOf(slowest) })}\n`
}

/** @param tests `{ name, seconds }` each */
export const slowestOf = (tests) => tests.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST)
