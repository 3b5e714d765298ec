import { PROTOCOL, PROTOCOL_HEADER } from '../contract/protocol.ts'
import type { EventView } from '../contract/shapes.ts'
import { VERBS } from '../contract/verbs.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Paths } from '../host/paths.ts'
import { type StreamEnd, streamOverSocket } from '../host/socket-stream.ts'
import { NO_CURFEW } from './call.ts'
import { lookForHolder, pause } from './watch-marker.ts'

export interface FollowOptions {
  /** Ends the following; without it there is no end. */
  readonly signal?: AbortSignal
  /** Told once, each time that nobody is there and the next daemon is waited for. */
  readonly onAlone?: () => void
}

const RETRY_MS = 500
/** A restart takes less, and is not worth a word. */
const LOOKS_OF_A_RESTART = 4
const LONGEST_EVENT = 4 * 1024 * 1024

/** Hands on every event behind `last`, in order and once, from one daemon after the other; starts none. */
export async function followEvents(
  paths: Paths,
  last: number,
  onEvent: (event: EventView) => void,
  { signal, onAlone }: FollowOptions = {},
): Promise<void> {
  let seen = last
  let patience = 1
  let lonelyLooks = 0
  while (signal?.aborted !== true) {
    const read = createReader((event) => {
      if (event.id <= seen || signal?.aborted === true) return
      seen = event.id
      onEvent(event)
    })
    const end = await listen(paths, seen, read, signal)
    if (end.kind === 'refused') throw refusal(end.status, end.body)
    lonelyLooks = end.kind === 'nobody' ? lonelyLooks + 1 : 0
    if (lonelyLooks === 0) patience = LOOKS_OF_A_RESTART
    if (lonelyLooks === patience) onAlone?.()
    await pause(RETRY_MS, signal)
  }
}

async function listen(
  paths: Paths,
  seen: number,
  onText: (text: string) => void,
  signal: AbortSignal | undefined,
): Promise<StreamEnd> {
  if ((await lookForHolder(paths)) !== 'there') return { kind: 'nobody' }
  const headers = {
    accept: 'text/event-stream',
    'last-event-id': String(seen),
    [PROTOCOL_HEADER]: String(PROTOCOL),
  }
  const stop = signal === undefined ? {} : { signal }
  return streamOverSocket(
    { socket: paths.socket, path: VERBS.events.path, headers, ...stop },
    onText,
  )
}

/** Takes server-sent events apart, however they were cut into pieces. */
function createReader(onEvent: (event: EventView) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() ?? ''
    if (rest.length > LONGEST_EVENT) throw new ProblemError(NO_CURFEW)
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: '))
      if (data !== undefined) onEvent(parse(data.slice('data: '.length)))
    }
  }
}

function parse(data: string): EventView {
  try {
    return JSON.parse(data) as EventView
  } catch (error) {
    throw new ProblemError(NO_CURFEW, error)
  }
}

function refusal(status: number, body: string): ProblemError {
  return new ProblemError({
    kind: 'failed',
    message: `the daemon does not let us listen to events (${status})`,
    hint: body.includes('too many') ? 'end another `curfew events -f`' : '`curfew restart`',
  })
}
