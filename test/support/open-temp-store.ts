import { join } from 'node:path'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { type Cleaning, onEnd } from './cleaning.ts'
import { tempDir } from './temp-dir.ts'

/** An empty store of its own, closed when the test ends. */
export function openTempStore(t: Cleaning, path = join(tempDir(t), 'curfew.db')): Store {
  const store = openStore(path)
  onEnd(t, () => store.close())
  return store
}
