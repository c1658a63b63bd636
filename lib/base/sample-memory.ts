/** k6 keeps every latency of every metric until the end: bytes of resident memory a request (docs/reference/scripts/sustained.md). */
export const BYTES_A_REQUEST = 0.6 * 1024
