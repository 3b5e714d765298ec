import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely'
import type { SQLInputValue } from 'node:sqlite'
import type { Database } from './database.ts'
import type { EventLedger } from './event-ledger.ts'

/** Kysely over one `node:sqlite` connection. */
export function sqliteDialect(database: Database, ledger: EventLedger): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SingleConnectionDriver(database, ledger),
    createIntrospector: (kysely: Kysely<unknown>) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** Hands its one connection to one user at a time, in order. */
class SingleConnectionDriver implements Driver {
  readonly #database: Database
  readonly #ledger: EventLedger
  readonly #connection: DatabaseConnection
  readonly #waiting: (() => void)[] = []
  #busy = false

  constructor(database: Database, ledger: EventLedger) {
    this.#database = database
    this.#ledger = ledger
    this.#connection = connectionOver(database)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#busy) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#busy = true
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    const next = this.#waiting.shift()
    if (next === undefined) this.#busy = false
    else next()
  }

  /** Who writes takes the write lock at once: a deferred one fails half way when two writers meet. */
  async beginTransaction(
    _: DatabaseConnection,
    { accessMode }: TransactionSettings,
  ): Promise<void> {
    this.#run(accessMode === 'read only' ? 'begin' : 'begin immediate')
  }

  async commitTransaction(): Promise<void> {
    this.#run('commit')
    this.#ledger.committed()
  }

  async rollbackTransaction(): Promise<void> {
    this.#ledger.undone()
    // A full disk or an I/O error makes the engine roll back by itself.
    if (this.#database.raw.isTransaction) this.#run('rollback')
  }

  async destroy(): Promise<void> {
    this.#database.close()
  }

  #run(sql: string): void {
    try {
      this.#database.prepare(sql).run()
    } catch (error) {
      throw this.#database.explain(error)
    }
  }
}

function connectionOver(database: Database): DatabaseConnection {
  return {
    executeQuery: async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
      try {
        return execute<Row>(database, query)
      } catch (error) {
        throw database.explain(error)
      }
    },
    streamQuery: () => {
      throw new Error('rows are not streamed: ask for a page')
    },
  }
}

function execute<Row>(database: Database, query: CompiledQuery): QueryResult<Row> {
  const statement = database.prepare(query.sql)
  const parameters = query.parameters as readonly SQLInputValue[]
  if (statement.columns().length > 0) return { rows: statement.all(...parameters) as Row[] }
  const { changes, lastInsertRowid } = statement.run(...parameters)
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
}
