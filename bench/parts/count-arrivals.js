/** Preloaded into a target (`node --import`): counts what arrives in each hundredth of a second, and writes it to COUNTS_FILE at the end. */
import { subscribe } from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'

const counts = {}
subscribe('http.server.request.start', ({ request }) => {
  if (request.url.startsWith('/auth')) return
  const at = Math.floor(Date.now() / 10)
  counts[at] = (counts[at] ?? 0) + 1
})
process.on('exit', () => writeFileSync(process.env.COUNTS_FILE, JSON.stringify(counts)))
