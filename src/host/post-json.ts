import type { IncomingMessage } from 'node:http'
import { reasonOf } from './system-error.ts'

export type PostAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly why: string }

export interface PostOptions {
  readonly timeoutMs: number
  readonly headers: Readonly<Record<string, string>>
  readonly gone: AbortSignal
}

/** Posts to an http or https address and reads no more of the answer than its status; redirects are not followed. */
export async function postJson(
  address: string,
  body: string,
  { timeoutMs, headers, gone }: PostOptions,
): Promise<PostAnswer> {
  const { request } = await (address.startsWith('https:')
    ? import('node:https')
    : import('node:http'))
  const late = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([gone, late])
  return new Promise((resolve) => {
    const fail = (error: unknown): void => {
      const why = late.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(error)
      resolve({ kind: 'failed', why })
    }
    const asked = request(address, {
      method: 'POST',
      signal,
      agent: false,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    })
    asked.on('error', fail)
    asked.on('response', (response: IncomingMessage) => {
      resolve({ kind: 'answered', status: response.statusCode ?? 0 })
      response.destroy()
    })
    asked.end(body)
  })
}
