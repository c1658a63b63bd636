import type { BuildOptions, Metafile, Plugin } from 'esbuild'

/**
 * Options of esbuild for scripts that k6 runs: each becomes one file without imports but k6's own, and `loadgate` is this very package.
 *
 *     await build({ ...k6Scripts(), entryPoints: ['my-flow.ts'], outdir: 'dist' })
 *
 * @param more plugins of your own; those of `presentation` are also there for what prints the summary
 */
export function k6Scripts(more?: { presentation?: Plugin[]; plugins?: Plugin[] }): BuildOptions
/**
 * Bytes of each script in `dist/`, by its name: what every VU runs when it loads it, and what stands apart until it is called.
 * @param metafile what esbuild tells of the build
 */
export function sizesOf(metafile: Metafile): Record<string, { every_vu: number; apart: number }>
