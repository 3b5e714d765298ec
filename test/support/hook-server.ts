import { createServer } from 'node:http'
import { type Cleaning, onEnd } from './cleaning.ts'

export interface HookServer {
  readonly address: string
  /** The bodies that came, in order. */
  readonly heard: string[]
}

/** A server on the loopback that answers with these codes in turn, the last one for ever after. */
export async function listenForHooks(t: Cleaning, codes: readonly number[]): Promise<HookServer> {
  const heard: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const code = codes[Math.min(heard.length, codes.length - 1)] ?? 204
      heard.push(body)
      response.writeHead(code, code === 302 ? { location: '/elsewhere' } : {})
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onEnd(t, () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  return { address: `http://127.0.0.1:${port}/hook`, heard }
}
