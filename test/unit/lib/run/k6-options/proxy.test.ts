import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireNoProxy } from '../../../../../lib/run/k6-options/proxy.ts'
import { refuses } from '../../refuses.ts'

const HTTP_PROXY = 'http://proxy.corp:3128'

test('a proxy that would answer in place of the gateway is refused, whichever way it is set', () => {
  for (const [env, url] of [
    [{ HTTP_PROXY }, 'http://10.0.0.3:8080'],
    [{ http_proxy: HTTP_PROXY }, 'http://gateway.test'],
    [{ HTTPS_PROXY: HTTP_PROXY }, 'https://gateway.test'],
    [{ https_proxy: HTTP_PROXY }, 'wss://gateway.test/ws'],
    [{ HTTP_PROXY }, 'ws://gateway.test/ws'],
  ] as const)
    refuses(
      () => requireNoProxy(env, ['http://127.0.0.1', url]),
      /a proxy would be loaded, and would answer, in place of .*NO_PROXY/,
    )
})

test('it is none of the business of loopback, of the other scheme, and of hosts that NO_PROXY names', () => {
  for (const [env, url] of [
    [{ HTTP_PROXY }, 'http://127.0.0.1:8080'],
    [{ HTTP_PROXY }, 'http://localhost:8080'],
    [{ HTTP_PROXY }, 'http://[::1]:8080'],
    [{ HTTP_PROXY }, 'https://gateway.test'],
    [{ HTTP_PROXY: '' }, 'http://gateway.test'],
    ...['gateway.test', 'other, .test', '*.test', 'test', '*', 'GATEWAY.TEST', 'gateway.test:8080'].map(
      (NO_PROXY) => [{ HTTP_PROXY, NO_PROXY }, 'http://gateway.test:8080'] as const,
    ),
    [{ HTTP_PROXY, no_proxy: '10.0.0.0/8' }, 'http://10.9.8.7:8080/x'],
  ] as const)
    assert.doesNotThrow(() => requireNoProxy(env, [url]), JSON.stringify([env, url]))
})

test('an entry of NO_PROXY that is for another host, port or range helps nothing', () => {
  for (const [NO_PROXY, url] of [
    ['gateway.test:9090', 'http://gateway.test:8080'],
    ['.gateway.test', 'http://gateway.test'],
    ['way.test', 'http://gateway.test'],
    ['10.0.0.0/16', 'http://10.9.8.7'],
    ['10.0.0.0', 'http://10.9.8.7'],
    ['', 'http://gateway.test'],
  ] as const)
    refuses(() => requireNoProxy({ HTTP_PROXY, NO_PROXY }, [url]), /a proxy would/)
})
