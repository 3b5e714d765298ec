import type { Duplex } from 'node:stream'
import type { Problem } from '../domain/problem.ts'

const BAD_HTTP: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['HPE_HEADER_OVERFLOW', ['431 Request Header Fields Too Large', 'the headers are too long']],
  ['ERR_HTTP_REQUEST_TIMEOUT', ['408 Request Timeout', 'the request took too long to arrive']],
])

/** Ends a connection for bytes that never became a request, with an answer unless that would cut into another. */
export function refuseBadHttp(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  mayAnswer: boolean,
): void {
  if (!mayAnswer) {
    socket.destroy()
    return
  }
  const known = BAD_HTTP.get(error.code ?? '')
  const [status, message] = known ?? ['400 Bad Request', 'what came is no HTTP request']
  endWith(socket, status, { kind: 'usage', message })
}

/** Says one last thing and hangs up at once: what still comes on that connection is never acted on. */
export function endWith(socket: Duplex, status: string, problem: Problem): void {
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n`
  if (socket.writable) socket.write(`${head}${JSON.stringify({ error: problem })}\n`)
  socket.destroy()
}
