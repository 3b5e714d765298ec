import { setTimeout as delay } from 'node:timers/promises'
import { PROTOCOL, PROTOCOL_HEADER } from '../contract/protocol.ts'
import { VERBS } from '../contract/verbs.ts'
import { ProblemError } from '../domain/problem.ts'
import { runAttended } from '../host/run-attended.ts'
import { streamOverSocket } from '../host/socket-stream.ts'
import type { Client } from './client.ts'

const RETRY_MS = 250

/** Runs a command and keeps the house awake until it ends; resolves with its exit code. */
export async function runHeld(
  client: Client,
  socket: string,
  why: string,
  argv: readonly [string, ...string[]],
): Promise<{ readonly code: number; readonly reason?: string | undefined }> {
  await client.demand('wake', { by: `a hold (${why})`.slice(0, 200) })
  const released = new AbortController()
  const holding = keepHolding(client, socket, why, released.signal)
  try {
    await holding.held
    return await runAttended({
      argv,
      env: process.env,
      onStart: () => undefined,
      onEnd: () => released.abort(),
      onContinue: () => undefined,
    })
  } finally {
    released.abort()
    await holding.done
  }
}

/** Takes the hold anew whenever the daemon restarts or was killed. */
function keepHolding(
  client: Client,
  socket: string,
  why: string,
  released: AbortSignal,
): { readonly held: Promise<void>; readonly done: Promise<void> } {
  const { promise: held, resolve, reject } = Promise.withResolvers<void>()
  async function hold(): Promise<void> {
    while (!released.aborted) {
      const end = await streamOverSocket(request(socket, why, released), () => resolve())
      if (end.kind === 'refused') reject(refusal(end.status))
      if (released.aborted) return
      await delay(RETRY_MS)
      if (end.kind === 'nobody') await Promise.allSettled([client.ensure()])
    }
  }
  return { held, done: hold().catch(reject) }
}

function request(socket: string, why: string, signal: AbortSignal) {
  const { method, path } = VERBS.hold
  const headers = { 'content-type': 'application/json', [PROTOCOL_HEADER]: String(PROTOCOL) }
  return { socket, method, path, headers, body: JSON.stringify({ why: why.slice(0, 200) }), signal }
}

function refusal(status: number): ProblemError {
  return new ProblemError({
    kind: 'failed',
    message: `the daemon does not let us hold (${status})`,
    hint: '`curfew restart`',
  })
}
