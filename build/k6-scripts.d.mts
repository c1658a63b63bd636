import type { BuildOptions, Metafile, Plugin } from 'esbuild'

export function k6Scripts(more?: { presentation?: Plugin[]; plugins?: Plugin[] }): BuildOptions
export function sizesOf(metafile: Metafile): Record<string, { every_vu: number; apart: number }>
