import { setTimeout as delay } from 'node:timers/promises'
import { PROTOCOL, PROTOCOL_HEADER } from '../contract/protocol.ts'
import type { EventView } from '../contract/shapes.ts'
import { VERBS } from '../contract/verbs.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Paths } from '../host/paths.ts'
import { streamOverSocket } from '../host/socket-stream.ts'
import { NO_CURFEW } from './call.ts'

const RETRY_MS = 250
/** A daemon that restarts is waited for; one that stays away ends it. */
const PATIENCE_MS = 10_000
const LONGEST_EVENT = 4 * 1024 * 1024

/** Hands on every event behind `last`, in order and once, also across a restart of one that has answered. */
export async function followEvents(
  paths: Paths,
  last: number,
  onEvent: (event: EventView) => void,
  hasAnswered = false,
): Promise<'no_daemon'> {
  let seen = last
  let met = hasAnswered
  let alone = 0
  for (;;) {
    const reader = createReader((event) => {
      alone = 0
      if (event.id <= seen) return
      seen = event.id
      onEvent(event)
    })
    const headers = {
      accept: 'text/event-stream',
      'last-event-id': String(seen),
      [PROTOCOL_HEADER]: String(PROTOCOL),
    }
    const end = await streamOverSocket(
      { socket: paths.socket, path: VERBS.events.path, headers },
      reader,
    )
    if (end.kind === 'refused') throw refusal(end.status, end.body)
    if (end.kind === 'nobody') alone += RETRY_MS
    else met = true
    if (!met || alone > PATIENCE_MS) return 'no_daemon'
    await delay(RETRY_MS)
  }
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
