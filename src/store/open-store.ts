import { pathToFileURL } from 'node:url'
import { isDamage, mayNotWrite, openDatabase } from './sqlite/database.ts'
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

/** Opens the store for looking only; beside a running daemon too, and where nothing may be written. */
export function openStoreReadOnly(path: string): Store {
  try {
    return openToLook(path, path)
  } catch (error) {
    if (!mayNotWrite(error)) throw error
    const unchanging = pathToFileURL(path)
    unchanging.searchParams.set('immutable', '1')
    return openToLook(unchanging, path)
  }
}

function openToLook(location: string | URL, path: string): Store {
  const database = openDatabase(location, { readOnly: true })
  try {
    schemaVersion(database, path)
  } catch (error) {
    database.close()
    throw error
  }
  return sqliteStore(database)
}
