import { PROTOCOL, PROTOCOL_HEADER, VERSION_HEADER } from '../contract/protocol.ts'
import type { ErrorView } from '../contract/shapes.ts'
import {
  VERBS,
  type Verb,
  type VerbInputs,
  type VerbName,
  type VerbOutputs,
} from '../contract/verbs.ts'
import { type Problem, ProblemError } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import { requestOverSocket, type SocketAnswer } from '../host/socket-request.ts'
import { VERSION } from '../version.ts'

export type CallResult<Name extends VerbName> =
  | { readonly kind: 'ok'; readonly value: VerbOutputs[Name] }
  | { readonly kind: 'no_daemon' }
  /** The daemon speaks another protocol. */
  | { readonly kind: 'skew'; readonly theirs: number; readonly version: string }
  | { readonly kind: 'problem'; readonly problem: Problem }

export interface CallOptions {
  readonly socket: string
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 10_000
const TRIES = 4

/** Asks a running daemon; never starts one. A connection that broke before the answer is tried anew. */
export async function callDaemon<Name extends VerbName>(
  name: Name,
  input: VerbInputs[Name],
  options: CallOptions,
): Promise<CallResult<Name>> {
  const verb: Verb = VERBS[name]
  for (let attempt = 1; ; attempt++) {
    const answer = await requestOverSocket({
      socket: options.socket,
      method: verb.method,
      path: verb.method === 'GET' ? verb.path + queryOf(input) : verb.path,
      headers: headersOf(verb),
      body: verb.method === 'GET' ? undefined : JSON.stringify(input),
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    })
    if (answer.kind === 'broken' && attempt < TRIES) continue
    return readAnswer(answer)
  }
}

function readAnswer<Name extends VerbName>(answer: SocketAnswer): CallResult<Name> {
  if (answer.kind === 'nobody') return { kind: 'no_daemon' }
  if (answer.kind === 'silent') return { kind: 'problem', problem: SILENT }
  if (answer.kind === 'broken') return { kind: 'problem', problem: broken(answer.code) }
  if (answer.status === 426) return skew(answer)
  const value = parse(answer.body)
  if (answer.status < 300) return { kind: 'ok', value: value as VerbOutputs[Name] }
  return { kind: 'problem', problem: problemIn(value, answer.status) }
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

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw new ProblemError(
      {
        kind: 'failed',
        message: 'what answers on the socket is no curfew',
        hint: '`curfew doctor`',
      },
      error,
    )
  }
}

function problemIn(value: unknown, status: number): Problem {
  if (isErrorView(value)) return value.error
  return { kind: 'failed', message: `the daemon answered ${status} without a reason` }
}

function isErrorView(value: unknown): value is ErrorView {
  return typeof value === 'object' && value !== null && 'error' in value
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
