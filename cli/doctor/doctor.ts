import type { Project } from '../project.ts'
import type { Terminal } from '../terminal.ts'

export async function doctor(
  _p: Project,
  _s: string | undefined,
  _o: Record<string, unknown>,
  _t: Terminal,
  _e: NodeJS.ProcessEnv,
): Promise<number> {
  return 0
}
