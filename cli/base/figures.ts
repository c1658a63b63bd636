/** Numbers as people read them; figures of gates are worded by lib/summary/wording.ts. */
import { valueText } from '../../lib/summary/wording.ts'

export const count = (value: number, one: string, many = `${one}s`): string =>
  `${valueText(value, 'count')} ${value === 1 ? one : many}`

export function seconds(value: number): string {
  const whole = Math.max(0, Math.round(value))
  if (whole < 60) return `${whole}s`
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60]
  if (minutes < 60) return `${minutes}m${String(rest).padStart(2, '0')}s`
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`
}
