import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { PROTOCOL, PROTOCOL_HEADER, VERSION_HEADER } from '../contract/protocol.ts'
import { ANY_PROTOCOL, VERBS, type Verb, type VerbName } from '../contract/verbs.ts'
import { didYouMean } from '../domain/nearest.ts'
import { printableJson, printableLine } from '../domain/printable.ts'
import type { Parsed, RequestOf } from '../formats/requests.ts'
import type { Deps } from '../operations/deps.ts'
import { boundConnections, type Connections } from './connections.ts'
import { lastEventId, streamEvents } from './event-stream.ts'
import { streamHold } from './hold-stream.ts'
import { HttpError, toHttpError } from './http-error.ts'
import { refuseBadHttp } from './raw-answer.ts'
import { checkCaller, discardRest, readAddress, readInput } from './read-input.ts'
import { HANDLERS } from './verb-table.ts'

const HEADERS_TIMEOUT_MS = 5_000
const REQUEST_TIMEOUT_MS = 15_000
const KEEP_ALIVE_MS = 60_000
/** Each look wakes an idle daemon; the slow make room for others without it. */
const LOOK_FOR_SLOW_MS = 60_000
/** That a sender has hung up is read, and then told, each in a turn of the loop of its own. */
const TURNS_TO_HEAR_OF_LEAVING = 3

export interface Api {
  readonly server: Server
  /** Lets idle connections go, ends streams, and resolves when what is in hand is answered. */
  close(deadlineMs: number): Promise<void>
}

export interface ApiDeps extends Deps {
  /** A bug, with everything that helps to find it. */
  bug(error: unknown): void
}

/** The table of verbs over HTTP. */
export function createApi(deps: ApiDeps): Api {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: LOOK_FOR_SLOW_MS,
    maxHeaderSize: 16 * 1024,
  })
  const connections = boundConnections(server)
  const streams = new Set<ServerResponse>()
  server.on('request', (request, response) => {
    answer({ deps, connections, streams }, request, response).catch(deps.bug)
  })
  server.on('clientError', (error, socket) => {
    refuseBadHttp(error, socket, connections.isIdle(socket))
  })
  return { server, close: (deadlineMs) => close(server, connections, streams, deadlineMs) }
}

interface Desk {
  readonly deps: ApiDeps
  readonly connections: Connections
  readonly streams: Set<ServerResponse>
}

async function answer(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader(PROTOCOL_HEADER, PROTOCOL)
  response.setHeader(VERSION_HEADER, desk.deps.self.version)
  try {
    await serve(desk, request, response)
  } catch (error) {
    sendError(desk.deps, request, response, error)
  } finally {
    desk.connections.end(request.socket)
  }
}

async function serve(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  checkCaller(request)
  const url = readAddress(request)
  const name = findVerb(request.method ?? '', url.pathname)
  const verb: Verb = VERBS[name]
  checkProtocol(request, name)
  const raw = await readInput(request, verb, url)
  if (verb.method === 'POST' && (await isGivenUp(request))) return
  desk.connections.begin(request.socket)
  if (name === 'events' && !wantsList(request)) {
    const after = lastEventId(request)
    refuseParameters(raw)
    admit(desk, response)
    await streamEvents(desk.deps, response, after)
    return
  }
  if (name === 'hold') {
    const { why } = await accept('hold', raw)
    // Who has gone meanwhile would never be heard to go.
    if (response.destroyed) return
    admit(desk, response)
    streamHold(desk.deps.house, why, response)
    return
  }
  if (verb.isLong) {
    // Whoever may be kept waiting counts with those that stay, and like them comes but once.
    count(desk, response)
    response.setHeader('connection', 'close')
  }
  sendJson(response, 200, await call(desk.deps, name, raw, goneWith(response)))
}

/** What piled up while we stood still is not done behind the back of a sender who was told that it failed. */
async function isGivenUp(request: IncomingMessage): Promise<boolean> {
  for (let heard = 0; heard < TURNS_TO_HEAR_OF_LEAVING; heard += 1) await turn()
  return request.socket.destroyed || request.socket.readableEnded
}

function goneWith(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  return gone.signal
}

async function call<Name extends VerbName>(
  deps: Deps,
  name: Name,
  raw: object,
  gone: AbortSignal,
): Promise<unknown> {
  const input = await accept(name, raw)
  const verb: Verb = VERBS[name]
  if (verb.effect === 'work') deps.house.act(`the request "${name}"`)
  return HANDLERS[name](deps, input, gone)
}

/** The input as the verb takes it, or every field that is wrong. */
async function accept<Name extends VerbName>(name: Name, raw: object): Promise<RequestOf<Name>> {
  const parsed = await parse(name, raw)
  if (parsed.ok) return parsed.value
  const first = parsed.issues[0]
  const message = first === undefined ? 'bad request' : `${first.field}: ${first.reason}`
  throw new HttpError(400, 'usage', message, { issues: parsed.issues })
}

/** Schemas are loaded by the first request that says something: a daemon that only answers `status` never needs them. */
async function parse<Name extends VerbName>(
  name: Name,
  raw: object,
): Promise<Parsed<RequestOf<Name>>> {
  const verb: Verb = VERBS[name]
  if (verb.takes === 'nothing' && Object.keys(raw).length === 0) {
    return { ok: true, value: {} as RequestOf<Name> }
  }
  const { parseRequest } = await import('../formats/requests.ts')
  return parseRequest(name, raw)
}

function refuseParameters(raw: object): void {
  const [field] = Object.keys(raw)
  if (field === undefined) return
  const reason = 'live events take no parameters; they go on behind Last-Event-ID'
  const shown = printableLine(field, 64)
  throw new HttpError(400, 'usage', `${shown}: ${reason}`, { issues: [{ field: shown, reason }] })
}

/** What stays open until we leave. */
function admit(desk: Desk, response: ServerResponse): void {
  count(desk, response)
  desk.streams.add(response)
  response.on('close', () => desk.streams.delete(response))
}

/** What stays open counts apart from what is answered and gone. */
function count({ connections }: Desk, response: ServerResponse): void {
  if (connections.admitStream(response)) return
  throw new HttpError(503, 'failed', 'too many readers and holders are connected already')
}

const VERB_BY_ROUTE: ReadonlyMap<string, VerbName> = new Map(
  verbNames().map((name) => [`${VERBS[name].method} ${VERBS[name].path}`, name]),
)

function verbNames(): VerbName[] {
  return Object.keys(VERBS) as VerbName[]
}

function findVerb(method: string, path: string): VerbName {
  const name = VERB_BY_ROUTE.get(`${method} ${path}`)
  if (name !== undefined) return name
  const paths = new Set(verbNames().map((each): string => VERBS[each].path))
  if (paths.has(path)) {
    throw new HttpError(405, 'usage', `${printableLine(method, 16)} is not for ${path}`)
  }
  const shown = printableLine(path, 80)
  throw new HttpError(404, 'not_found', `there is no ${shown}${didYouMean(path, paths)}`)
}

function checkProtocol(request: IncomingMessage, name: VerbName): void {
  const theirs = request.headers[PROTOCOL_HEADER]
  if (theirs === undefined || theirs === String(PROTOCOL) || ANY_PROTOCOL.has(name)) return
  throw new HttpError(
    426,
    'refused',
    `this daemon speaks protocol ${PROTOCOL}, the client does not`,
    {
      hint: 'run `curfew restart` with the newer of the two',
    },
  )
}

function wantsList(request: IncomingMessage): boolean {
  return /\bapplication\/json\b/.test(request.headers.accept ?? '')
}

/** The answer can be read at once; it ends when the rest of the request is through, or its sender could not read it. */
function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  rest?: Promise<void>,
): void {
  if (response.destroyed) return
  const body = `${printableJson(JSON.stringify(value))}\n`
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  if (rest === undefined) response.end(body)
  else {
    response.write(body)
    void rest.then(() => response.end())
  }
}

function sendError(
  deps: ApiDeps,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  const known = toHttpError(error)
  if (known === undefined) deps.bug(error)
  if (response.headersSent) {
    response.destroy()
    return
  }
  const rest = discardRest(request, response)
  const shown =
    known ?? new HttpError(500, 'failed', 'the daemon made a mistake; its log says which')
  sendJson(response, shown.status, shown.view, rest)
}

async function close(
  server: Server,
  connections: Connections,
  streams: ReadonlySet<ServerResponse>,
  deadlineMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const stream of streams) stream.end()
  connections.closeIdle()
  server.closeIdleConnections()
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs)
  await closed
  clearTimeout(deadline)
}
