import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { ProblemError } from '../../domain/problem.ts'

/** How long a writer waits for others, who do not queue: luck decides who is next. Readers never wait: WAL. */
const BUSY_TIMEOUT_MS = 10_000
const STATEMENTS_KEPT = 200

/** SQLite's primary result codes for a file that is damaged, or no database at all. */
const DAMAGE_CODES = new Set([11, 26])
const FULL_CODE = 13
const NO_WRITING = new Set([8, 14])
/** What Node calls a failure of the engine, and a number in the file that it cannot hold. */
const ENGINE_CODES = new Set(['ERR_SQLITE_ERROR', 'ERR_OUT_OF_RANGE'])

/** One connection with its prepared statements. */
export interface Database {
  readonly raw: DatabaseSync
  prepare(sql: string): StatementSync
  damage(): string | undefined
  /** Remembers damage, so that the owner can set the file aside, and says what failed in one line. */
  explain(error: unknown): unknown
  /** Takes the file for damaged from now on. */
  suspect(why: string): void
  close(): void
}

export interface OpenOptions {
  readonly readOnly: boolean
}

export function openDatabase(path: string | URL, options: OpenOptions): Database {
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
    explain: (error) => {
      if (!isEngineError(error)) return error
      if (isDamage(error)) damage ??= error.message
      const hint = isFull(error) ? 'make room on that disk' : undefined
      return new ProblemError({ kind: 'failed', message: `store: ${error.message}`, hint }, error)
    },
    suspect: (why) => {
      damage ??= why
    },
    close: () => {
      if (raw.isOpen) raw.close()
    },
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

function isFull(error: object): boolean {
  return 'errcode' in error && (Number(error.errcode) & 0xff) === FULL_CODE
}

export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false
  return typeof error.errcode === 'number' && DAMAGE_CODES.has(error.errcode & 0xff)
}

function isEngineError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && ENGINE_CODES.has(String(error.code))
}

/** The engine wanted to make its companion files and may not: the folder is for reading only. */
export function mayNotWrite(error: unknown): boolean {
  return (
    error instanceof Error && 'errcode' in error && NO_WRITING.has(Number(error.errcode) & 0xff)
  )
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
