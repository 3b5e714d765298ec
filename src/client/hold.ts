import { PROTOCOL, PROTOCOL_HEADER } from '../contract/protocol.ts'
import { VERBS } from '../contract/verbs.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Paths } from '../host/paths.ts'
import { type Ending, runAttended } from '../host/run-attended.ts'
import { streamOverSocket } from '../host/socket-stream.ts'
import type { Client } from './client.ts'
import { lookForHolder, pause } from './watch-marker.ts'

const RETRY_MS = 250
/** A restart takes less, and is not worth a word. */
const LOOKS_OF_A_RESTART = 12

export interface HeldCommand {
  readonly why: string
  readonly argv: readonly [string, ...string[]]
  /** Told when the daemon was stopped on purpose: the command goes on, and nothing is held. */
  readonly onStopped: () => void
}

/** Runs a command and keeps the house awake until it ends; resolves with its exit code. */
export async function runHeld(client: Client, paths: Paths, command: HeldCommand): Promise<Ending> {
  const { why, argv, onStopped } = command
  const wake = (): Promise<unknown> =>
    client.demand('wake', { by: `a hold (${why})`.slice(0, 200) })
  await wake()
  const released = new AbortController()
  const { signal } = released
  const holding = keepHolding({ paths, why, wake, onStopped }, signal)
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

interface Holding {
  readonly paths: Paths
  readonly why: string
  readonly wake: () => Promise<unknown>
  readonly onStopped: () => void
}

/**
 * Takes the hold anew whenever the daemon restarts or died. While it holds nobody falls asleep, so one
 * that left in order was told to: it is not started again, only taken up with when somebody else does.
 */
function keepHolding(
  { paths, why, wake, onStopped }: Holding,
  released: AbortSignal,
): { readonly held: Promise<void>; readonly done: Promise<void> } {
  const { promise: held, resolve, reject } = Promise.withResolvers<void>()
  let wasHeld = false
  let emptyLooks = 0

  function onHeld(): void {
    wasHeld = true
    emptyLooks = 0
    resolve()
  }

  async function hold(): Promise<void> {
    const holder = await lookForHolder(paths)
    if (wasHeld && holder === 'left') {
      emptyLooks += 1
      if (emptyLooks === LOOKS_OF_A_RESTART) onStopped()
      return
    }
    const end = await streamOverSocket(request(paths.socket, why, released), onHeld)
    if (end.kind === 'refused') reject(refusal(end.status))
    if (released.aborted || end.kind !== 'nobody' || holder === 'there') return
    await Promise.allSettled([wake()])
  }

  async function goOn(): Promise<void> {
    while (!released.aborted) {
      await hold()
      await pause(RETRY_MS, released)
    }
  }
  return { held, done: goOn().catch(reject) }
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
