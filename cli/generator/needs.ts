/** What a load takes of the machine that sends it. Pure. */

/** Files that k6 opens besides its connections. */
const OTHER_FILES = 200
/** Measured with a mix of four endpoints, gates and outcome checks on: 0.8 GB with 1,800 VUs, 2.3 GB with 5,400. */
export const BYTES_A_VU = 0.5 * 1024 * 1024
/** 64 KB a socket with a thousand in one VU, 178 KB with one a VU. */
const BYTES_A_SOCKET = 128 * 1024
/** Of k6 itself. */
export const BYTES_BASE = 100 * 1024 * 1024
/** What one core sends without its own queueing being seen in the latencies; with the embedded gateway beside it, half. */
export const RATE_A_CORE = 5000

export interface Held {
  vus: number
  /** Sockets and streams held open besides. */
  connections: number
  /** What one of them takes of memory, where a calibration has measured it. */
  socketBytes?: number | undefined
}

export interface Needs {
  openFiles: number
  /** Connections to one address, each with a port of its own. */
  ports: number
  /** Bytes before the first sample. */
  memory: number
}

export const needsOf = ({ vus, connections, socketBytes = BYTES_A_SOCKET }: Held): Needs => ({
  openFiles: vus + connections + OTHER_FILES,
  ports: vus + connections,
  memory: BYTES_BASE + vus * BYTES_A_VU + connections * socketBytes,
})
