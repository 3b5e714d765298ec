import { request } from 'node:http'
import { errorCode } from './system-error.ts'

export interface StreamRequest {
  readonly socket: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

export type StreamEnd =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'refused'; readonly status: number; readonly body: string }
  | { readonly kind: 'ended' }

/** Reads one long answer over a unix socket, handing on each piece as it comes. */
export function streamOverSocket(
  options: StreamRequest,
  onText: (text: string) => void,
): Promise<StreamEnd> {
  return new Promise((resolve) => {
    const sent = request({
      socketPath: options.socket,
      path: options.path,
      headers: { host: 'curfew', ...options.headers },
      agent: false,
    })
    sent.on('response', (response) => {
      response.setEncoding('utf8')
      const status = response.statusCode ?? 0
      let body = ''
      response.on('data', (text: string) => (status === 200 ? onText(text) : (body += text)))
      response.on('error', () => resolve({ kind: 'ended' }))
      response.on('end', () => resolve(status === 200 ? { kind: 'ended' } : { kind: 'refused', status, body }))
    })
    sent.on('error', (error) => {
      const code = errorCode(error)
      resolve({ kind: code === 'ENOENT' || code === 'ECONNREFUSED' ? 'nobody' : 'ended' })
    })
    sent.end()
  })
}
