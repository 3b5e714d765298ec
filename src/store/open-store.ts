import { isDamage, openDatabase } from './sqlite/database.ts'
import { migrate, schemaVersion } from './sqlite/migrate.ts'
import { sqliteStore } from './sqlite/sqlite-store.ts'
import type { Store } from './store.ts'

export { isDamage }

/** Opens the store for the one daemon that writes it, brought up to this program's schema. */
export function openStore(path: string): Store {
  const database = openDatabase(path, { readOnly: false })
  try {
    migrate(database, path)
  } catch (error) {
    database.close()
    throw error
  }
  return sqliteStore(database)
}

/** Opens the store for looking only; beside a running daemon too. */
export function openStoreReadOnly(path: string): Store {
  const database = openDatabase(path, { readOnly: true })
  try {
    schemaVersion(database, path)
  } catch (error) {
    database.close()
    throw error
  }
  return sqliteStore(database)
}
