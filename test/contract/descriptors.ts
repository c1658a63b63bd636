/** Every endpoint descriptor there is, found by reading the files of lib/ themselves: a new one is tested without being named here. */
import { readdirSync, readFileSync } from 'node:fs'
import type { AnyEndpoint } from '../../lib/endpoint/endpoint.ts'

const FOLDER = new URL('../../lib/', import.meta.url)

/** Files that may hold descriptors: Node can load neither those of k6 nor the face, which has them too. */
const filesOfEndpoints = (): string[] =>
  readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(k6|d)\.ts$|^mod\.ts$/.test(file))
    .filter((file) => /from '[./]+(endpoint\/)?endpoint\.ts'/.test(readFileSync(new URL(file, FOLDER), 'utf8')))
    .sort()

const isDescriptor = (value: unknown): value is AnyEndpoint =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  'method' in value &&
  (('calls' in value && 'check' in value) || 'session' in value)

/** An export that is a descriptor, or holds some. */
const descriptorsIn = (value: unknown): AnyEndpoint[] => {
  if (isDescriptor(value)) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).filter(isDescriptor) : []
}

export async function allDescriptors(): Promise<Map<string, AnyEndpoint>> {
  const found = new Map<string, AnyEndpoint>()
  for (const file of filesOfEndpoints()) {
    const exported = (await import(new URL(file, FOLDER).href)) as Record<string, unknown>
    for (const descriptor of Object.values(exported).flatMap(descriptorsIn)) {
      const known = found.get(descriptor.name)
      if (known !== undefined && known !== descriptor) throw new Error(`two descriptors are called ${descriptor.name}`)
      found.set(descriptor.name, descriptor)
    }
  }
  return found
}
