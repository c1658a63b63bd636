/** `npm run bench:overhead`: what the library costs over bare k6 for each request. */
import { k6Script, libraryScript } from './contender.ts'
import { sit } from './session.ts'

process.exitCode = await sit({
  name: 'overhead',
  contenders: async (k6) => [
    k6Script(k6, 'bare', 'bare.js'),
    libraryScript(k6, 'http', 'http'),
    k6Script(k6, 'one route', 'one-route.js'),
  ],
  against: 'bare',
  bars: [{ name: 'http against bare k6 with the same mix', of: 'http', against: 'bare', atMost: 1.05 }],
  defaults: { rounds: 5, seconds: 8 },
})
