/** Names of the two JSON-RPC dialects. Alone in a file: what they are made of, no VU needs. */

/** Where the methods of the gateway's own JSON-RPC dialect live; a target file moves or denies them all by it. */
export const JSONRPC = 'jsonrpc'
/** The same for the methods of the A2A 1.0 binding. */
export const A2A = 'a2a'
