/** Limits that stand beside a script, as `my-flow.thresholds.json` beside `my-flow.ts`: the bundler puts them in (build/k6-scripts.mjs). */
export const beside: {
  /** For errors and reports. */
  file?: string
  /** Its JSON as text, which costs a VU nothing. */
  text?: string
} = {}
