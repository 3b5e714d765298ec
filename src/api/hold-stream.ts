import type { ServerResponse } from 'node:http'
import type { House } from '../operations/deps.ts'

const PROBE_MS = 25_000

/** Holds off bedtime for as long as the caller keeps the connection; one that dies lets go by itself. */
export function streamHold(house: House, why: string, response: ServerResponse): void {
  const letGo = house.hold({ what: 'hold', why })
  // White space now and then finds out a peer that is gone without a word.
  const probe = setInterval(() => {
    if (!response.writableEnded) response.write('\n')
  }, PROBE_MS)
  response.on('close', () => {
    clearInterval(probe)
    letGo()
  })
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.write(`${JSON.stringify({ held: true })}\n`)
}
