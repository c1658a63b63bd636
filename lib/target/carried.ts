/** Where the authorization of a target is carried. */
import type { TargetFile } from './schema.ts'

export const headerOf = ({ flow, header }: TargetFile['auth']): { name: string; prefix: string } =>
  flow === 'api_key' ? { name: header ?? 'X-API-Key', prefix: '' } : { name: 'Authorization', prefix: 'Bearer ' }
