import { randomUUID } from 'node:crypto'

export const ACTION_RULE = 'expected {"action": string of 1..64, "payload": object, "ref"?: string}'

/** The valid answer to an action as JSON text, or null when the body has another shape. Nothing is kept. */
export function acceptAction(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  const { action, payload, ref } = body as Record<string, unknown>
  if (typeof action !== 'string' || action.length < 1 || action.length > 64) return null
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null
  if (ref !== undefined && typeof ref !== 'string') return null
  try {
    const echoedRef = ref === undefined ? '' : `,"ref":${JSON.stringify(ref)}`
    return `{"id":"${randomUUID()}","action":${JSON.stringify(action)},"payload":${JSON.stringify(payload)}${echoedRef},"status":"accepted"}`
  } catch {
    // A payload may parse and yet nest too deeply to be written again.
    return null
  }
}
