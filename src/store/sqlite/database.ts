import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** How long a writer waits for another one. Readers never wait: WAL. */
const BUSY_TIMEOUT_MS = 5_000
const STATEMENTS_KEPT = 200

/** SQLite's primary result codes for a file that is damaged, or no database at all. */
const DAMAGE_CODES = new Set([11, 26])

/** One connection with its prepared statements. */
export interface Database {
  readonly raw: DatabaseSync
  prepare(sql: string): StatementSync
  damage(): string | undefined
  /** Remembers damage, so that the owner can set the file aside. */
  notice(error: unknown): void
  close(): void
}

export interface OpenOptions {
  readonly readOnly: boolean
}

export function openDatabase(path: string, options: OpenOptions): Database {
  const raw = new DatabaseSync(path, { readOnly: options.readOnly, timeout: BUSY_TIMEOUT_MS })
  try {
    raw.exec(options.readOnly ? 'pragma query_only = on' : WRITER_SETTINGS)
  } catch (error) {
    raw.close()
    throw error
  }
  const statements = new Map<string, StatementSync>()
  let damage: string | undefined
  return {
    raw,
    prepare: (sql) => prepareOnce(raw, statements, sql),
    damage: () => damage,
    notice: (error) => {
      if (isDamage(error)) damage ??= error instanceof Error ? error.message : String(error)
    },
    close: () => raw.close(),
  }
}

/** FULL: an acknowledged commit survives a power cut. */
const WRITER_SETTINGS = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma foreign_keys = on;
  pragma journal_size_limit = 4194304;
  pragma cache_size = -1024;
`

export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false
  return typeof error.errcode === 'number' && DAMAGE_CODES.has(error.errcode & 0xff)
}

function prepareOnce(
  raw: DatabaseSync,
  statements: Map<string, StatementSync>,
  sql: string,
): StatementSync {
  const known = statements.get(sql)
  if (known !== undefined) return known
  const statement = raw.prepare(sql)
  if (statements.size >= STATEMENTS_KEPT) statements.clear()
  statements.set(sql, statement)
  return statement
}
