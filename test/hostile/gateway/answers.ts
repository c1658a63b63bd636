/** Answers as docs/reference/contract.md has them. */
import type { Answer } from './model.ts'

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(value),
})

export const error = (status: number, code: string, headers: Record<string, string> = {}, message = code): Answer =>
  json(status, { error: { code, message } }, headers)

export const unauthorized = (): Answer => error(401, 'unauthorized', { 'WWW-Authenticate': 'Bearer' })

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
