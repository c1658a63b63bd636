/** The error codes of JSON-RPC: those that an answer without a number gets, and those that a summary knows by name. */

/** `code` of an answer whose result says `success:false`, where an error object would have a number. */
export const SUCCESS_FALSE = 'success_false'
/** `code` of an error object that has none. */
export const NO_CODE = 'no_code'

/** Codes that the specification and the A2A 1.0 binding give a meaning: a summary counts each, and any other as `other`. */
export const RPC_CODES: readonly string[] = /* @__PURE__ */ [
  ...[-32700, -32600, -32601, -32602, -32603],
  ...[-32000, -32001, -32002, -32003, -32004, -32005, -32006, -32007, -32008, -32009],
  SUCCESS_FALSE,
  NO_CODE,
].map(String)
