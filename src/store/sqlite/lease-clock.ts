import { type Kysely, sql } from 'kysely'
import type { Tables } from './tables.ts'

/** The clock that leases run on: it counts what it is told has passed, and survives as far as it was kept. */
export interface LeaseClock {
  now(db: Kysely<Tables>): Promise<number>
  pass(ms: number): void
  keep(db: Kysely<Tables>): Promise<void>
}

export function createLeaseClock(): LeaseClock {
  let base: number | undefined
  let passedMs = 0

  async function now(db: Kysely<Tables>): Promise<number> {
    if (base === undefined) {
      const row = await db.selectFrom('board_clock').select('now_ms').executeTakeFirst()
      base = row?.now_ms ?? 0
    }
    return Math.round(base + passedMs)
  }

  return {
    now,
    pass: (ms) => {
      passedMs += Math.max(0, ms)
    },
    keep: async (db) => {
      const nowMs = await now(db)
      await sql`update board_clock set now_ms = max(now_ms, ${nowMs})`.execute(db)
    },
  }
}
