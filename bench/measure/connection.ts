import { Agent, request } from 'node:http'
import type { House } from './house.ts'

/** One connection that is kept. */
export interface Connection extends Disposable {
  ask<Answer>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer>
}

export function connect({ socket }: House): Connection {
  const agent = new Agent({ keepAlive: true })
  return {
    ask: (method, path, body) =>
      new Promise((resolve, reject) => {
        const headers = body === undefined ? {} : { 'content-type': 'application/json' }
        const asked = request({ agent, socketPath: socket, method, path, headers }, (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => (text += chunk))
          response.on('end', () => resolve(JSON.parse(text)))
        })
        asked.on('error', reject)
        asked.end(body === undefined ? undefined : JSON.stringify(body))
      }),
    [Symbol.dispose]: () => agent.destroy(),
  }
}
