import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StoredEvent } from '../domain/event.ts'
import type { Deps } from '../operations/deps.ts'
import { viewEvent } from '../operations/list-events.ts'
import { HttpError } from './http-error.ts'

/** A reader that lets this much pile up is cut off; it resumes by Last-Event-ID. */
const MOST_BUFFERED_BYTES = 1024 * 1024
const PAGE = 500
const PROBE_MS = 25_000

/** Live events: first what was missed since Last-Event-ID, then each as it happens. */
export async function streamEvents(
  deps: Deps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let last = lastEventId(request)
  const live: StoredEvent[] = []
  let caughtUp = false
  const unsubscribe = deps.events.subscribe((event) => {
    if (caughtUp) send(event)
    else live.push(event)
  })
  // A comment line now and then: a peer that is gone is noticed, one that lives sees that we do.
  const probe = setInterval(() => write(response, ': here\n\n'), PROBE_MS)
  response.on('close', () => {
    clearInterval(probe)
    unsubscribe()
  })

  function send(event: StoredEvent): void {
    if (last !== undefined && event.id <= last) return
    last = event.id
    write(
      response,
      `id: ${event.id}\nevent: ${event.body.type}\ndata: ${JSON.stringify(viewEvent(event))}\n\n`,
    )
  }

  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  write(response, ': curfew\n\n')
  if (last !== undefined) await sendMissed(deps, response, () => last ?? 0, send)
  for (const event of live) send(event)
  caughtUp = true
}

async function sendMissed(
  deps: Deps,
  response: ServerResponse,
  last: () => number,
  send: (event: StoredEvent) => void,
): Promise<void> {
  for (;;) {
    const page = await deps.store().listEvents({ afterId: last(), limit: PAGE })
    for (const event of page) send(event)
    if (page.length < PAGE || response.destroyed) return
  }
}

function write(response: ServerResponse, text: string): void {
  if (response.destroyed || response.writableEnded) return
  response.write(text)
  if (response.writableLength > MOST_BUFFERED_BYTES) response.destroy()
}

function lastEventId(request: IncomingMessage): number | undefined {
  const header = request.headers['last-event-id']
  if (header === undefined || header === '') return undefined
  const id = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
  if (id === undefined) throw new HttpError(400, 'usage', 'Last-Event-ID has to be an event id')
  return id
}
