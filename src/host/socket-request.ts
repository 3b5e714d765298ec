import { request } from 'node:http'
import { errorCode } from './system-error.ts'

export interface SocketRequest {
  readonly socket: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly timeoutMs: number
}

export type SocketAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: AnswerHeaders; readonly body: string }
  /** Nobody listens. */
  | { readonly kind: 'nobody' }
  /** Somebody does, but says nothing in time. */
  | { readonly kind: 'silent' }
  /** The connection broke before an answer came. */
  | { readonly kind: 'broken'; readonly code: string }

type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ENOTSOCK'])

/** One HTTP request over a unix socket. */
export function requestOverSocket(options: SocketRequest): Promise<SocketAnswer> {
  return new Promise((resolve) => {
    const sent = request({
      socketPath: options.socket,
      method: options.method,
      path: options.path,
      headers: { host: 'curfew', ...options.headers },
      agent: false,
    })
    const timer = setTimeout(() => {
      resolve({ kind: 'silent' })
      sent.destroy()
    }, options.timeoutMs)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => resolve({ kind: 'broken', code: 'ECONNRESET' }))
      response.on('end', () => {
        clearTimeout(timer)
        const body = Buffer.concat(chunks).toString()
        resolve({ kind: 'answer', status: response.statusCode ?? 0, headers: response.headers, body })
      })
    })
    sent.on('error', (error) => {
      clearTimeout(timer)
      const code = errorCode(error) ?? error.message
      resolve(NOBODY.has(code) ? { kind: 'nobody' } : { kind: 'broken', code })
    })
    sent.end(options.body)
  })
}
