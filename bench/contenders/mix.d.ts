export interface MixTurn {
  name: string
  method: string
  path: string
  body: string | null
  headers: Record<string, string>
  authorized: boolean
}

export function turnsOf(mix: string, count: number): MixTurn[]
