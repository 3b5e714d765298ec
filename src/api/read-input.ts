import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Verb } from '../contract/verbs.ts'
import { MOST_NESTING, nestingOf } from '../formats/nesting.ts'
import { HttpError } from './http-error.ts'

/** The longest body a verb takes, and one that submits a whole environment. */
const MOST_BODY_BYTES = 1024 * 1024
const MOST_LARGE_BODY_BYTES = 4 * 1024 * 1024
const MOST_DISCARDED_BYTES = 8 * 1024 * 1024
const OUR_HOSTS = new Set(['curfew', 'localhost', ''])

/** Refuses what only a browser, or a proxy that was talked into it, would send. */
export function checkCaller(request: IncomingMessage): void {
  if (request.headers.origin !== undefined) {
    throw new HttpError(403, 'refused', 'requests from web pages are not answered')
  }
  const hosts = request.headersDistinct.host ?? ['']
  if (hosts.length > 1) throw new HttpError(400, 'usage', 'a request has one Host')
  for (const host of hosts) checkHost(host.replace(/:\d+$/, ''))
}

/** The address a request is for; one that names a host in its first line has to name us there too. */
export function readAddress(request: IncomingMessage): URL {
  const address = request.url ?? '/'
  if (!URL.canParse(address, 'http://curfew')) {
    throw new HttpError(400, 'usage', 'the address cannot be read')
  }
  const url = new URL(address, 'http://curfew')
  checkHost(url.hostname)
  return url
}

function checkHost(name: string): void {
  if (OUR_HOSTS.has(name.toLowerCase())) return
  throw new HttpError(421, 'refused', 'the host name has to be "curfew"', {
    hint: 'curl --unix-socket "$(curfew paths --socket)" http://curfew/v1/status',
  })
}

/** The unparsed input of a verb: the query of a GET, the JSON body of a POST. */
export async function readInput(request: IncomingMessage, verb: Verb, url: URL): Promise<object> {
  if (verb.method === 'GET') {
    refuseBody(request)
    return readQuery(url)
  }
  if (url.search !== '') throw new HttpError(400, 'usage', 'parameters of a POST go into its body')
  const body = await readBody(request, verb.isLarge ? MOST_LARGE_BODY_BYTES : MOST_BODY_BYTES)
  if (body.length === 0) return {}
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new HttpError(415, 'usage', 'the body has to be application/json')
  }
  return asObject(parseJson(body))
}

function refuseBody(request: IncomingMessage): void {
  if (request.headers['transfer-encoding'] === undefined && declaredBytes(request) === 0) return
  throw new HttpError(400, 'usage', 'a GET takes no body; give parameters in the address')
}

function asObject(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new HttpError(400, 'usage', 'the body has to be an object')
}

function readQuery(url: URL): Record<string, string> {
  const query = new Map<string, string>()
  for (const [name, value] of url.searchParams) {
    if (query.has(name)) throw new HttpError(400, 'usage', 'a parameter is given twice')
    query.set(name, value)
  }
  return Object.fromEntries(query)
}

function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  if (declaredBytes(request) > mostBytes) return Promise.reject(tooLarge(mostBytes))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > mostBytes) reject(tooLarge(mostBytes))
      else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    for (const end of ['error', 'close']) {
      request.on(end, () => reject(new HttpError(400, 'usage', 'the request broke off')))
    }
  })
}

/** Lets a body that was refused run out, within bounds, so that its sender gets to read why. */
export function discardRest(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> | undefined {
  if (request.complete) return undefined
  if (declaredBytes(request) > MOST_DISCARDED_BYTES) {
    response.setHeader('connection', 'close')
    return undefined
  }
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MOST_DISCARDED_BYTES) request.socket.destroy()
  })
  return new Promise((resolve) => {
    request.once('end', resolve)
    request.once('close', resolve)
  })
}

function declaredBytes({ headers }: IncomingMessage): number {
  return Number(headers['content-length'] ?? 0)
}

function tooLarge(mostBytes: number): HttpError {
  return new HttpError(413, 'usage', `a body may have ${mostBytes} bytes at most`)
}

function parseJson(body: Buffer): unknown {
  const text = decode(body)
  if (nestingOf(text) > MOST_NESTING) {
    throw new HttpError(400, 'usage', `the body is nested deeper than ${MOST_NESTING} levels`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw new HttpError(400, 'usage', 'the body is not JSON')
    throw error
  }
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (error) {
    if (error instanceof TypeError) throw new HttpError(400, 'usage', 'the body is not UTF-8')
    throw error
  }
}
