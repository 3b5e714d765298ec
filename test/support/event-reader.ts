import type { Cleaning } from './cleaning.ts'
import { connectRaw, type RawConnection } from './raw-http.ts'
import { waitFor } from './wait-for.ts'

export interface HeardEvent {
  readonly id: number
  readonly type: string
  readonly data: { readonly id: number; readonly type: string; readonly message: string }
}

export interface EventReader {
  readonly connection: RawConnection
  /** Whole events so far, in the order in which they came. */
  events(): HeardEvent[]
  ids(): number[]
  /** Resolves when an event of at least that id has come. */
  reaches(id: number): Promise<void>
}

/** Listens to the live events of a daemon, behind an id where one is given. */
export async function readEvents(
  t: Cleaning,
  socket: string,
  lastId?: number,
): Promise<EventReader> {
  const connection = await connectRaw(t, socket)
  const resume = lastId === undefined ? '' : `Last-Event-ID: ${lastId}\r\n`
  connection.send(
    `GET /v1/events HTTP/1.1\r\nHost: curfew\r\nAccept: text/event-stream\r\n${resume}\r\n`,
  )
  await connection.hears(/: curfew\n\n/)
  const events = (): HeardEvent[] => parseEvents(connection.heard())
  const ids = (): number[] => events().map(({ id }) => id)
  return {
    connection,
    events,
    ids,
    reaches: async (id) => {
      await waitFor(() => (ids().at(-1) ?? 0) >= id, {
        what: `event ${id}`,
        everyMs: 20,
      })
    },
  }
}

function parseEvents(text: string): HeardEvent[] {
  const bytes = unchunk(text.slice(text.indexOf('\r\n\r\n') + 4))
  const blocks = Buffer.from(bytes, 'latin1').toString().split('\n\n').slice(0, -1)
  return blocks.flatMap((block) => {
    const field = new Map(
      block
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    )
    const data = field.get('data')
    return data === undefined
      ? []
      : [{ id: Number(field.get('id')), type: field.get('event') ?? '', data: JSON.parse(data) }]
  })
}

/** The content of a body that was sent in chunks, as far as it came; a character for each byte. */
function unchunk(text: string): string {
  let content = ''
  for (let at = 0; at < text.length;) {
    const line = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, line), 16)
    if (line === -1 || Number.isNaN(size)) break
    content += text.slice(line + 2, line + 2 + size)
    at = line + 2 + size + 2
  }
  return content
}
