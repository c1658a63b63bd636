/** `npm run bench:overhead`: what the library costs over bare k6 for each request. */
import { resolve } from 'node:path'
import { k6Script, libraryScript } from './contender.ts'
import { recorded } from './recorded.ts'
import { sit } from './session.ts'

const PLAIN_TARGET = { TARGET: resolve('bench/contenders/plain-target.json') }

process.exitCode = await sit({
  name: 'overhead',
  contenders: async (k6) => [
    k6Script(k6, 'bare', 'bare.js'),
    // Bare k6 sends the plain part of the script's mix.
    libraryScript(k6, 'http', 'http', PLAIN_TARGET),
    // As `loadgate run` records it.
    await recorded((env) => libraryScript(k6, 'http, recorded', 'http', { ...PLAIN_TARGET, ...env })),
    k6Script(k6, 'one route', 'one-route.js'),
  ],
  against: 'bare',
  bars: [{ name: 'http against bare k6 with the same mix', of: 'http', against: 'bare', atMost: 1.05 }],
  defaults: { rounds: 5, seconds: 8 },
})
