import type { Generated } from 'kysely'

/** The rows as they lie on disk. Times are integer milliseconds; structured values are JSON text. */
export interface Tables {
  events: EventRow
  notes: NoteRow
}

export interface EventRow {
  id: Generated<number>
  at_ms: number
  type: string
  body: string
}

export interface NoteRow {
  name: string
  value: string
}
