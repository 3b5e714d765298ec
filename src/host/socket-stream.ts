import { request } from 'node:http'
import { errorCode } from './system-error.ts'

export interface StreamRequest {
  readonly socket: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly method?: 'GET' | 'POST'
  readonly body?: string
  /** Ends the reading, and the connection with it. */
  readonly signal?: AbortSignal
}

export type StreamEnd =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'refused'; readonly status: number; readonly body: string }
  | { readonly kind: 'ended' }

const MOST_REFUSAL = 64 * 1024

/** Reads one long answer over a unix socket, handing on each piece as it comes; rejects when a piece cannot be taken. */
export function streamOverSocket(
  options: StreamRequest,
  onText: (text: string) => void,
): Promise<StreamEnd> {
  return new Promise((resolve, reject) => {
    const sent = request({
      socketPath: options.socket,
      path: options.path,
      method: options.method ?? 'GET',
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      headers: { host: 'curfew', ...options.headers },
      agent: false,
    })
    sent.on('response', (response) => {
      response.setEncoding('utf8')
      const status = response.statusCode ?? 0
      let body = ''
      response.on('data', (text: string) => {
        try {
          if (status === 200) onText(text)
          else if (body.length < MOST_REFUSAL) body += text
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
          sent.destroy()
        }
      })
      response.on('error', () => resolve({ kind: 'ended' }))
      response.on('end', () =>
        resolve(status === 200 ? { kind: 'ended' } : { kind: 'refused', status, body }),
      )
    })
    sent.on('error', (error) => {
      const code = errorCode(error)
      resolve({ kind: code === 'ENOENT' || code === 'ECONNREFUSED' ? 'nobody' : 'ended' })
    })
    // However it went: a promise that nobody settles would let the program end without a word.
    sent.on('close', () => resolve({ kind: 'ended' }))
    sent.end(options.body)
  })
}
