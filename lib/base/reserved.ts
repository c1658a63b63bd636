/**
 * Room for the results. k6 writes files at its end only, and ends with 0 where it could not: a script cannot reserve room itself. So
 * blank files are put there before the run, which k6 overwrites, and the script does not run without them.
 */

/** What the results of a run need: files in RESULTS_DIR, and bytes of each. */
export interface Room {
  files: readonly string[]
  bytes: number
}

export const ROOM_BLOCK = 256 * 1024
export const USUAL_ROOM: Room = { files: ['summary.json', 'junit.xml'], bytes: ROOM_BLOCK }

/** Reserved, and not yet written: nothing but zero bytes. */
export const isBlank = (content: string): boolean => content.replaceAll('\0', '') === ''
