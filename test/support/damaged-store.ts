import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Store } from '../../src/store/store.ts'
import type { Cleaning } from './cleaning.ts'
import { openTempStore } from './open-temp-store.ts'
import { tempDir } from './temp-dir.ts'

const PAGE = 4096
const CANARY = 'a word that is nowhere else'

/** A store that opens, and whose events turn out to be damaged when they are read. */
export async function damagedStore(
  t: Cleaning,
  path = join(tempDir(t), 'curfew.db'),
): Promise<Store> {
  const store = openTempStore(t, path)
  const batch = Array.from({ length: 500 }, () => ({
    atMs: 1,
    body: { type: 'woken', by: CANARY } as const,
  }))
  await store.appendEvents(batch)
  await store.close()
  damage(path)
  return openTempStore(t, path)
}

/** Every page that holds an event becomes noise. */
function damage(path: string): void {
  const bytes = readFileSync(path)
  for (let at = 0; at < bytes.length; at += PAGE) {
    if (bytes.subarray(at, at + PAGE).includes(CANARY)) bytes.fill(0xa5, at, at + PAGE)
  }
  writeFileSync(path, bytes)
}
