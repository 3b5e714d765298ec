import { setTimeout as delay } from 'node:timers/promises'
import { PROTOCOL, PROTOCOL_HEADER, VERSION_HEADER } from '../contract/protocol.ts'
import type { ErrorView } from '../contract/shapes.ts'
import {
  VERBS,
  type Verb,
  type VerbInputs,
  type VerbName,
  type VerbOutputs,
} from '../contract/verbs.ts'
import { parseJson } from '../domain/parse-json.ts'
import { EXIT_CODES, type Problem } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import { requestOverSocket, type SocketAnswer, type SocketRequest } from '../host/socket-request.ts'
import { VERSION } from '../version.ts'

export type CallResult<Name extends VerbName> =
  | { readonly kind: 'ok'; readonly value: VerbOutputs[Name] }
  | { readonly kind: 'no_daemon' }
  /** The daemon speaks another protocol. */
  | { readonly kind: 'skew'; readonly theirs: number; readonly version: string }
  | { readonly kind: 'problem'; readonly problem: Problem }

export interface CallOptions {
  readonly socket: string
  /** Of a slow verb it is how often is looked whether the daemon stands still. */
  readonly timeoutMs?: number
  /** Tells whose process answers. */
  readonly marker?: string
}

const TIMEOUT_MS = 10_000
/** The longest that a hook may take, and its end. */
const SLOW_TIMEOUT_MS = 330_000
const TRIES = 4
/** More knock at once than the system queues: they are let in within moments. */
const CROWDED = 'EAGAIN'
const CROWDED_PAUSE_MS = 20
const TRIES_OF: ReadonlyMap<string, number> = new Map([[CROWDED, 250]])

/** Asks a running daemon; never starts one. A connection that broke before the answer is tried anew. */
export async function callDaemon<Name extends VerbName>(
  name: Name,
  input: VerbInputs[Name],
  options: CallOptions,
): Promise<CallResult<Name>> {
  const verb: Verb = VERBS[name]
  for (let attempt = 1; ; attempt++) {
    const request: SocketRequest = {
      socket: options.socket,
      method: verb.method,
      path: verb.method === 'GET' ? verb.path + queryOf(input) : verb.path,
      headers: headersOf(verb),
      body: verb.method === 'GET' ? undefined : JSON.stringify(input),
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    }
    const answer = await (verb.isSlow
      ? requestSlowly(request, options.marker)
      : requestOverSocket(request))
    if (answer.kind !== 'broken' || attempt >= (TRIES_OF.get(answer.code) ?? TRIES)) {
      return readAnswer(answer)
    }
    if (answer.code === CROWDED) await delay(CROWDED_PAUSE_MS)
  }
}

/** Who is at work is waited for; a process that stands still is not. */
async function requestSlowly(
  request: SocketRequest,
  marker: string | undefined,
): Promise<SocketAnswer> {
  const enough = new AbortController()
  async function look(path: string): Promise<void> {
    const { standsStill } = await import('./stands-still.ts')
    if (await standsStill(path)) enough.abort()
  }
  const timer =
    marker === undefined ? undefined : setInterval(() => void look(marker), request.timeoutMs)
  try {
    const timeoutMs = SLOW_TIMEOUT_MS
    return await requestOverSocket({ ...request, timeoutMs, signal: enough.signal })
  } finally {
    clearInterval(timer)
  }
}

function readAnswer<Name extends VerbName>(answer: SocketAnswer): CallResult<Name> {
  if (answer.kind === 'nobody') return { kind: 'no_daemon' }
  if (answer.kind === 'silent') return { kind: 'problem', problem: SILENT }
  if (answer.kind === 'broken') return { kind: 'problem', problem: broken(answer.code) }
  if (answer.kind === 'foreign') return { kind: 'problem', problem: NO_CURFEW }
  if (answer.status === 426) return skew(answer)
  const value = parseJson(answer.body)
  if (answer.status >= 300) return { kind: 'problem', problem: problemIn(value, answer.status) }
  if (answer.headers[PROTOCOL_HEADER] === undefined || !isObject(value)) {
    return { kind: 'problem', problem: NO_CURFEW }
  }
  return { kind: 'ok', value: value as VerbOutputs[Name] }
}

/** Something answers, but nothing that a daemon of ours would say. */
export const NO_CURFEW: Problem = {
  kind: 'failed',
  message: 'what answers on the socket is no curfew',
  hint: '`curfew doctor` tells more',
}

const SILENT: Problem = {
  kind: 'failed',
  message: 'the daemon does not answer; is its process stopped?',
  hint: '`curfew doctor` tells more',
}

function broken(code: string): Problem {
  return {
    kind: 'failed',
    message: `the connection to the daemon broke (${code})`,
    hint: 'try again, or see `curfew doctor`',
  }
}

function skew({ headers }: { headers: Readonly<Record<string, unknown>> }): {
  kind: 'skew'
  theirs: number
  version: string
} {
  const version = printableLine(String(headers[VERSION_HEADER]), 32)
  return { kind: 'skew', theirs: Number(headers[PROTOCOL_HEADER]), version }
}

function problemIn(value: unknown, status: number): Problem {
  if (!isErrorView(value)) {
    return { kind: 'failed', message: `the daemon answered ${status} without a reason` }
  }
  const { kind, message, hint } = value.error
  const shown = { kind, message: printableLine(message, 400) }
  return typeof hint === 'string' ? { ...shown, hint: printableLine(hint, 400) } : shown
}

function isErrorView(value: unknown): value is ErrorView {
  if (!isObject(value) || !('error' in value) || !isObject(value.error)) return false
  const { error } = value
  return (
    'kind' in error &&
    Object.hasOwn(EXIT_CODES, String(error.kind)) &&
    'message' in error &&
    typeof error.message === 'string'
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function headersOf(verb: Verb): Record<string, string> {
  const headers = {
    accept: 'application/json',
    [PROTOCOL_HEADER]: String(PROTOCOL),
    [VERSION_HEADER]: VERSION,
  }
  return verb.method === 'GET' ? headers : { ...headers, 'content-type': 'application/json' }
}

function queryOf(input: object): string {
  const pairs = Object.entries(input).map(([key, value]): [string, string] => [key, String(value)])
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`
}
