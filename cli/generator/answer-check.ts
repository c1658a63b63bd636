/** Checks each answer that the control probe gets, strictly. */
import zlib from 'node:zlib'
import { classify, type FailureClass } from '../../lib/base/outcome.ts'
import { retryAfter } from '../../lib/base/retry-after.ts'
import type { AnyEndpoint, CheckResult, Endpoint } from '../../lib/endpoint/endpoint.ts'
import { REFUSALS } from '../../lib/refusals/refusals.ts'
import type { ControlEndpoint, ControlRequest } from '../../lib/run/control.ts'
import { READY } from '../../lib/target/contract.ts'
import { expectedCheckOf, strictCheckOf } from '../../lib/vu/check.ts'
import { answerHeaders } from './as-k6.ts'

const isAlike = (endpoint: AnyEndpoint): endpoint is Endpoint => 'calls' in endpoint

/** Every endpoint whose requests are the same whatever was answered before: only such can be in a plan of the probe's. */
export const CHECKED: Readonly<Record<string, Endpoint>> = {
  ...REFUSALS,
  ...Object.fromEntries(Object.entries(READY).filter((entry): entry is [string, Endpoint] => isAlike(entry[1]))),
}

/** What is wrong with an answer, or with what came in place of one. */
export interface Fault {
  class: FailureClass
  status: number
  /** End of the sentence "the answer …". */
  why: string
}

export interface WholeAnswer {
  status: number
  rawHeaders: readonly string[]
  body: Buffer
}

type Decoder = (body: Buffer) => Buffer

/** k6 unpacks what it has not asked for, too; zstd only it and Node from 22.15 on do. */
const { zstdDecompressSync: unzstd } = zlib as typeof zlib & { zstdDecompressSync?: Decoder }

const DECODERS: Readonly<Record<string, Decoder | undefined>> = {
  gzip: zlib.gunzipSync,
  deflate: zlib.inflateSync,
  br: zlib.brotliDecompressSync,
  zstd: unzstd,
}

/** A frame begins so (RFC 8878, section 3.1), or one that is to be skipped. */
const isZstd = (body: Buffer): boolean =>
  body.length > 4 && (body.readUInt32LE() === 0xfd2fb528 || (body.readUInt32LE() & 0xfffffff0) === 0x184d2a50)

/** The body as k6 has it; undefined where only k6 could say, null for what is not packed as it says. */
function textOf(body: Buffer, encoding = 'identity'): string | undefined | null {
  if (body.length === 0) return ''
  let text = body
  try {
    // The last one was applied last. What nobody knows is the check's to refuse.
    for (const coding of encoding
      .toLowerCase()
      .split(/\s*,\s*/)
      .reverse()) {
      if (coding === 'zstd' && unzstd === undefined) return isZstd(text) ? undefined : null
      text = DECODERS[coding]?.(text) ?? text
    }
    return text.toString('utf8')
  } catch {
    return null
  }
}

/** Checks the content of an answer, and its headers as k6 has them. */
export type ContentCheck = (body: string, headers: Readonly<Record<string, string>>, status: number) => CheckResult

/** What comes before in one VU's row, and after, is k6's to check: here each answer stands for itself. Undefined for what nobody knows. */
export function checkAlone(name: string, endpoint: ControlEndpoint, request: ControlRequest): ContentCheck | undefined {
  const known = CHECKED[name]
  const check = known !== undefined ? strictCheckOf(known, endpoint) : endpoint.expect && expectedCheckOf(endpoint.expect)
  return check && ((body, headers) => check(body, request.expect ?? '', headers))
}

/** As k6 reads it; how long anybody waits is k6's to judge. */
function announcedBy({ bare429 }: ControlEndpoint, headers: Readonly<Record<string, string>>): number | string {
  const { 'Retry-After': value, Date: date } = headers
  return value === undefined && bare429 ? 0 : retryAfter(value, date, Date.now(), Number.POSITIVE_INFINITY)
}

/** Undefined where it is right. */
export function faultOf(endpoint: ControlEndpoint, answer: WholeAnswer, check: ContentCheck | undefined): Fault | undefined {
  const { status } = answer
  const headers = answerHeaders(answer.rawHeaders)
  if (!endpoint.statuses.includes(status)) {
    const announced = status === 429 ? announcedBy(endpoint, headers) : undefined
    const failure = classify(status, 0, typeof announced === 'number', endpoint.statuses)
    const why = typeof announced === 'string' ? announced : `has status ${status}, not ${endpoint.statuses.join(' or ')}`
    return { class: failure, status, why }
  }
  const text = textOf(answer.body, headers['Content-Encoding'])
  if (text === undefined) return undefined
  if (text === null) return { class: 'failed_check', status, why: `is not packed as ${headers['Content-Encoding']}` }
  const failed = check?.(text, headers, status)
  if (failed === undefined) return undefined
  return typeof failed === 'string'
    ? { class: 'failed_check', status, why: failed }
    : { class: failed.class, status, why: failed.why }
}

/** k6's code for a failure of the same kind. */
const CODES: Readonly<Record<string, number>> = {
  ECONNREFUSED: 1212,
  ECONNRESET: 1220,
  EPIPE: 1201,
  ETIMEDOUT: 1211,
  ENOTFOUND: 1101,
  EAI_AGAIN: 1100,
}

/** What this machine lacks, or cannot reach: it says nothing about the gateway. */
const OWN = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EACCES', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN']

const isTls = (code: string): boolean => /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/.test(code)

/** By the code of the system call or of Node's parser alone; undefined for what is the fault of this machine. */
export function faultOfError(error: unknown): Fault | undefined {
  const { code = '' } = error as NodeJS.ErrnoException
  if (OWN.includes(code)) return undefined
  const failure = code === 'TIMEOUT' ? 'timeout' : classify(0, isTls(code) ? 1300 : (CODES[code] ?? 1000), false)
  return { class: failure, status: 0, why: `did not come: ${code || 'it broke off'}` }
}
