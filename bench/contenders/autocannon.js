/** The mix for autocannon. Arguments: its module, the target, connections, seconds, file with the mix. */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [module, url, connections, duration, file] = process.argv.slice(2)
const { default: autocannon } = await import(pathToFileURL(module).href)
const requests = JSON.parse(readFileSync(file, 'utf8')).map(({ method, path, headers, body }) => ({
  method,
  path,
  headers,
  ...(body === null ? {} : { body }),
}))
const { requests: sent, latency } = await autocannon({
  url,
  requests,
  connections: Number(connections),
  duration: Number(duration),
})
console.log(JSON.stringify({ requests: sent.total, p99_ms: latency.p99 }))
