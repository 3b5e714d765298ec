import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Cleaning, onEnd } from './cleaning.ts'

/** A status; `late`: 200 once the caller has given up; `never`: nothing at all; `reset`: the connection is cut. */
export type HookAnswer = number | 'late' | 'never' | 'reset'

export interface HookServer {
  readonly address: string
  /** The bodies that came, in order. */
  readonly heard: string[]
  /** Whatever else was asked for. */
  readonly elsewhere: string[]
  /** Ends every connection, as if it had been killed. */
  cut(): void
}

const PATH = '/hook'

type Answers = readonly HookAnswer[] | ((body: string) => HookAnswer | Promise<HookAnswer>)

/** A server on the loopback that gives these answers in turn, the last one for ever after, or what each body deserves. */
export async function listenForHooks(t: Cleaning, answers: Answers): Promise<HookServer> {
  const heard: string[] = []
  const elsewhere: string[] = []
  const choose =
    typeof answers === 'function'
      ? answers
      : () => answers[heard.length - 1] ?? answers.at(-1) ?? 204
  const server = createServer((request, response) => {
    if (request.url !== PATH) elsewhere.push(request.url ?? '')
    void bodyOf(request).then(async (body) => {
      heard.push(body)
      answer(response, await choose(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onEnd(t, () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const cut = (): void => server.closeAllConnections()
  return { address: `http://127.0.0.1:${port}${PATH}`, heard, elsewhere, cut }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  request.setEncoding('utf8')
  for await (const chunk of request) body += chunk
  return body
}

function answer(response: ServerResponse, how: HookAnswer): void {
  if (how === 'reset') response.socket?.resetAndDestroy()
  else if (how === 'late') response.on('close', () => response.writeHead(200).end())
  else if (how !== 'never') {
    response.writeHead(how, how === 302 ? { location: '/elsewhere' } : {}).end()
  }
}
