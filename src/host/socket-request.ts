import { connect } from 'node:net'
import { createAnswerReader, type HttpAnswer, type Reading } from './http-answer.ts'
import { errorCode } from './system-error.ts'

export interface SocketRequest {
  readonly socket: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly timeoutMs: number
  /** Gives up before that, as on somebody who says nothing. */
  readonly signal?: AbortSignal | undefined
}

export type SocketAnswer =
  | (HttpAnswer & { readonly kind: 'answer' })
  /** Nobody listens. */
  | { readonly kind: 'nobody' }
  /** Somebody does, but says nothing in time. */
  | { readonly kind: 'silent' }
  /** Somebody says what no daemon would: no HTTP, or without end. */
  | { readonly kind: 'foreign' }
  /** The connection broke before an answer came. */
  | { readonly kind: 'broken'; readonly code: string }

const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ENOTSOCK'])
const MOST_BYTES = 32 * 1024 * 1024

/** One HTTP request over a unix socket. */
export function requestOverSocket(options: SocketRequest): Promise<SocketAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ path: options.socket })
    const giveUp = (): void => settle({ kind: 'silent' })
    const timer = setTimeout(giveUp, options.timeoutMs)
    options.signal?.addEventListener('abort', giveUp)
    const reader = createAnswerReader()

    function settle(answer: SocketAnswer): void {
      clearTimeout(timer)
      resolve(answer)
      socket.destroy()
    }

    socket.on('data', (bytes) => {
      const reading = socket.bytesRead > MOST_BYTES ? 'garbage' : reader.take(bytes)
      if (reading !== 'unfinished') settle(asAnswer(reading))
    })
    socket.on('end', () => settle(asAnswer(reader.end())))
    socket.on('error', (error) => {
      const code = errorCode(error) ?? error.message
      settle(NOBODY.has(code) ? { kind: 'nobody' } : { kind: 'broken', code })
    })
    socket.write(requestText(options))
  })
}

function asAnswer(reading: Reading): SocketAnswer {
  if (reading === 'unfinished') return { kind: 'broken', code: 'ECONNRESET' }
  if (reading === 'garbage') return { kind: 'foreign' }
  return { kind: 'answer', ...reading }
}

/** Version 1.0: the answer comes in one piece and the connection ends with it. */
function requestText({ method, path, headers, body }: SocketRequest): string {
  const length = body === undefined ? [] : [['content-length', String(Buffer.byteLength(body))]]
  const lines = [['host', 'curfew'], ...Object.entries(headers), ...length]
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `${method} ${path} HTTP/1.0\r\n${head}\r\n${body ?? ''}`
}
