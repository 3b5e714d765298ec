import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StoredEvent } from '../domain/event.ts'
import { printableJson } from '../domain/printable.ts'
import type { Deps } from '../operations/deps.ts'
import { viewEvent } from '../operations/list-events.ts'
import { HttpError } from './http-error.ts'

/** A reader that lets this much pile up is cut off; it resumes by Last-Event-ID. */
const MOST_BUFFERED_BYTES = 1024 * 1024
const PAGE = 500
const PROBE_MS = 25_000

/** Live events: first what was missed since that id, then each as it happens. */
export async function streamEvents(
  deps: Deps,
  response: ServerResponse,
  after: number | undefined,
): Promise<void> {
  let last = after ?? 0
  let live = after === undefined
  let behind = false

  function send(event: StoredEvent): void {
    if (event.id <= last) return
    last = event.id
    const data = printableJson(JSON.stringify(viewEvent(event)))
    write(response, `id: ${event.id}\nevent: ${event.body.type}\ndata: ${data}\n\n`)
  }

  const unsubscribe = deps.events.subscribe((event) => {
    if (live) send(event)
    else behind = true
  })
  const stopProbing = probe(response)
  response.on('close', () => {
    stopProbing()
    unsubscribe()
  })
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'close',
  })
  write(response, ': curfew\n\n')
  while (!live && !response.destroyed && !response.writableEnded) {
    behind = false
    const page = await deps.store().listEvents({ afterId: last, limit: PAGE })
    for (const event of page) {
      send(event)
      await untilDrained(response)
    }
    live = page.length < PAGE && !behind
  }
}

/** The id a reader has seen last; undefined for one that wants only what comes. */
export function lastEventId(request: IncomingMessage): number | undefined {
  const header = request.headers['last-event-id']
  if (header === undefined || header === '') return undefined
  const id = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
  if (id === undefined) throw new HttpError(400, 'usage', 'Last-Event-ID has to be an event id')
  return id
}

/** A comment line now and then: a peer that is gone is noticed, one that lives sees that we do. */
function probe(response: ServerResponse): () => void {
  let stuck = false
  response.on('drain', () => {
    stuck = false
  })
  const timer = setInterval(() => {
    if (stuck) response.destroy()
    write(response, ': here\n\n')
    stuck = response.writableNeedDrain
  }, PROBE_MS)
  return () => clearInterval(timer)
}

function write(response: ServerResponse, text: string): void {
  if (response.destroyed || response.writableEnded) return
  response.write(text)
  if (response.writableLength > MOST_BUFFERED_BYTES) response.destroy()
}

async function untilDrained(response: ServerResponse): Promise<void> {
  if (response.destroyed || !response.writableNeedDrain) return
  await new Promise<void>((resolve) => {
    function done(): void {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}
