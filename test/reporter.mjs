/** Reporter of node:test: failures in full as they come, and at the end one line that test/run.mjs counts. */
import { inspect } from 'node:util'

/** First word of the line that the runner reads. */
export const TALLY = '#tally'

/** The error that the test threw: node wraps it. */
const cause = (error) => (error?.code === 'ERR_TEST_FAILURE' ? (error.cause ?? error) : error)

/** Fails only because a test in it failed, which was reported already. */
const isEcho = ({ details }) => details.error?.failureType === 'subtestsFailed'

export default async function* report(events) {
  const tally = { passed: 0, failed: 0, skipped: 0 }
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message
    if (type === 'test:pass') {
      if (data.skip !== undefined) {
        tally.skipped += 1
        yield `- ${data.name}: skipped, ${data.skip}\n`
      } else if (data.details.type !== 'suite') tally.passed += 1
    }
    if (type === 'test:fail' && !isEcho(data)) {
      tally.failed += 1
      const place = data.file === undefined ? '' : ` (${data.file}:${data.line})`
      yield `✖ ${data.name}${place}\n${inspect(cause(data.details.error)).replace(/^/gm, '    ')}\n`
    }
  }
  yield `${TALLY} ${JSON.stringify(tally)}\n`
}
