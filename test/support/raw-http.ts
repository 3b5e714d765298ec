import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { type Cleaning, onEnd } from './cleaning.ts'
import { waitFor } from './wait-for.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body read as JSON. */
  json(): JsonAnswer
}

/** What tests look for in an answer, whatever verb it is of. */
export interface JsonAnswer {
  readonly error: {
    readonly kind: string
    readonly message: string
    readonly issues?: readonly Issue[]
  }
  readonly [key: string]: unknown
}

interface Issue {
  readonly field: string
  readonly reason: string
}

export interface RequestOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly agent?: Agent
}

const HANG_UP_MS = 60_000
const JSON_TYPE = { 'content-type': 'application/json' }

/** One request over a unix socket with everything in the caller's hand. */
export function ask(
  socketPath: string,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body, agent } = options
  const base = {
    host: 'curfew',
    accept: 'application/json',
    ...(body === undefined ? {} : JSON_TYPE),
  }
  return new Promise((resolve, reject) => {
    const sent = request({
      socketPath,
      path,
      method,
      headers: { ...base, ...headers },
      agent: agent ?? false,
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const { statusCode: status = 0, headers: got } = response
        resolve({ status, headers: got, text, json: () => JSON.parse(text) })
      })
    })
    sent.end(body)
  })
}

/** A POST of JSON. */
export function post(socketPath: string, path: string, body: string | Buffer): Promise<Answer> {
  return ask(socketPath, path, { method: 'POST', body })
}

export interface RawConnection {
  readonly socket: Socket
  /** Everything that came so far. */
  heard(): string
  closed(): boolean
  /** Resolves when what came satisfies the pattern. */
  hears(pattern: RegExp): Promise<string>
  /** Resolves with everything that came once the other side has hung up. */
  untilClosed(): Promise<string>
  send(bytes: string | Uint8Array): void
}

/** A connection that says what a test wants it to say, HTTP or not; it is dropped when the test ends. */
export async function connectRaw(t: Cleaning, socketPath: string): Promise<RawConnection> {
  const socket = connect(socketPath)
  onEnd(t, () => socket.destroy())
  let text = ''
  let closed = false
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  // What a refused connection ends with differs; that it ended is what counts.
  socket.on('error', () => socket.destroy())
  const { promise: end, resolve: hungUp } = Promise.withResolvers<void>()
  const { promise: begin, resolve: connected } = Promise.withResolvers<void>()
  socket.on('connect', connected)
  socket.on('close', () => {
    closed = true
    connected()
    hungUp()
  })
  await begin
  return {
    socket,
    heard: () => text,
    closed: () => closed,
    hears: async (pattern) => {
      await waitFor(() => pattern.test(text) || closed, { what: `${pattern} in what came` })
      if (!pattern.test(text))
        throw new Error(`hung up without ${pattern}: ${JSON.stringify(text)}`)
      return text
    },
    untilClosed: async () => {
      const late = setTimeout(() => socket.destroy(new Error('nobody hung up')), HANG_UP_MS)
      await end
      clearTimeout(late)
      if (socket.errored?.message === 'nobody hung up') throw socket.errored
      return text
    },
    send: (bytes) => void (socket.writable && socket.write(bytes)),
  }
}

/** Sends bytes, hangs up on our side's sending and gives all that came back. */
export async function exchange(
  t: Cleaning,
  socketPath: string,
  bytes: string | Uint8Array,
): Promise<string> {
  const connection = await connectRaw(t, socketPath)
  connection.send(bytes)
  connection.socket.end()
  return connection.untilClosed()
}

/** Keeps one connection, as a client of many requests does. */
export function keepAlive(t: Cleaning, maxSockets = 1): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets })
  onEnd(t, () => agent.destroy())
  return agent
}
