import { INVALID_PARAMS, type Params, RpcError } from './rpc.ts'

/** Readers of a method's parameters: the value, or the error that names what was expected. */

export function invalid(name: string, expected: string): RpcError {
  return new RpcError(INVALID_PARAMS, `${name}: expected ${expected}`, { param: name, expected })
}

export function textParam(params: Params, name: string, maxLength: number): string {
  const value = params[name]
  if (typeof value !== 'string' || value.length === 0 || value.length > maxLength)
    throw invalid(name, `a string of 1 to ${maxLength} characters`)
  return value
}

export function optionalText(params: Params, name: string, maxLength: number): string | undefined {
  return params[name] === undefined ? undefined : textParam(params, name, maxLength)
}

export function optionalWhole(params: Params, name: string, fallback: number, min: number, max: number): number {
  const value = params[name]
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw invalid(name, `a whole number from ${min} to ${max}`)
  return value
}

export function textListParam(params: Params, name: string, maxItems: number, maxLength: number): string[] {
  const value = params[name]
  const fits = (item: unknown): item is string => typeof item === 'string' && item.length > 0 && item.length <= maxLength
  if (!Array.isArray(value) || value.length > maxItems || !value.every(fits))
    throw invalid(name, `an array of at most ${maxItems} strings of 1 to ${maxLength} characters`)
  return value
}
