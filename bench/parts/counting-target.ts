/** The null gateway with a clock: counts what arrives in each hundredth of a second, and tells it when its stdin ends. */
import type { AddressInfo } from 'node:net'
import { createNullServer } from '../../gateway/null-server.ts'

const counts: Record<number, number> = {}
const server = createNullServer()
server.prependListener('request', ({ url }) => {
  if (url?.startsWith('/auth')) return
  const at = Math.floor(Date.now() / 10)
  counts[at] = (counts[at] ?? 0) + 1
})
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }))
})
process.stdin.resume().on('end', () => {
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit(0))
})
