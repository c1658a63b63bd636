/** Tokens: JWT of HS256, made and read by hand. */
import { createHmac, randomUUID } from 'node:crypto'
import type { TokenState } from './model.ts'

const SECRET = randomUUID()

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const sign = (text: string): string => createHmac('sha256', SECRET).update(text).digest('base64url')

export function token(life: number, use = 'access'): string {
  const now = Math.floor(Date.now() / 1000)
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: 'user', use, iat: now, exp: now + life, jti: randomUUID() })}`
  return `${text}.${sign(text)}`
}

function read(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return {}
  }
}

export function stateOf(written: string | undefined, use = 'access'): TokenState {
  if (written === undefined || written === '') return 'none'
  const [head = '', claims = '', signature = ''] = written.split('.')
  const { exp, use: meant } = read(claims)
  if (read(head).alg === 'none') return 'unsigned'
  if (typeof exp !== 'number' || meant !== use) return 'bad'
  if (signature !== sign(`${head}.${claims}`)) return 'forged'
  return exp * 1000 > Date.now() ? 'good' : 'expired'
}
