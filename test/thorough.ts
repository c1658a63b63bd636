/** Tests that `npm run test:all` runs and `npm test` leaves out: one more of a kind that is proven there, or one that takes its time. */
import { describe, test } from 'node:test'

/** Whether all is to be run: also where a file is run by itself. */
export const WHOLE = process.env.LOADGATE_TESTS !== 'quick'

const none = async (): Promise<void> => {}

/** As `test` of node:test. */
export const thorough: typeof test = (WHOLE ? test : none) as typeof test
/** As `describe` of node:test. */
export const thoroughly: typeof describe = (WHOLE ? describe : none) as typeof describe
