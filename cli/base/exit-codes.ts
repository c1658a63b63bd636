/** What a command ends with; `fail` is k6's own code for a crossed threshold. */
export const EXIT = { pass: 0, fail: 99, invalid: 3, usage: 2 } as const
