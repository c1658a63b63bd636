/** What an instance knows of itself when it ends, and how that gets to the judge. */
import { sleep } from 'k6'
import crypto from 'k6/crypto'
import exec from 'k6/execution'
import http from 'k6/http'

export const sha256 = (text: string): string => crypto.sha256(text, 'hex')

/** The part of the run that k6 was told to send; empty for all of it. */
export const segmentOfRun = (): string => String(exec.test.options.executionSegment ?? '')

const TRIES = 5
const PAUSE_S = 2
const TIMEOUT_MS = 10_000

/**
 * To be called in handleSummary: nothing is measured any more, and nothing that fails can change k6's exit code.
 * @param collector URL of `loadgate judge --listen`
 * @returns what became of it, in a line
 */
export function sendEvidence(collector: string, token: string, evidence: string): string {
  const url = `${collector.replace(/\/+$/, '')}/instances`
  let last = ''
  for (let i = 0; i < TRIES; i++) {
    if (i > 0) sleep(PAUSE_S)
    // By its own clock: the collector sees how far that is from its own.
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, 'X-Sent-At': String(Date.now()) }
    const { status, error, body } = http.post(url, evidence, { headers, timeout: TIMEOUT_MS, redirects: 0, responseType: 'text' })
    if (status === 201) return `The evidence of this instance was sent to ${collector}.`
    last = status === 0 ? error : `it answers ${status}: ${String(body).slice(0, 300)}`
    // What it has looked at and does not want, it will not want the next time either.
    if (status >= 400 && status < 500) break
  }
  return `loadgate: the evidence of this instance could not be sent to ${collector}: ${last}`
}
