import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onEnd, type Cleaning } from './cleaning.ts'

/** A fresh 0700 folder, by its real path, removed with everything in it when the test ends. */
export function tempDir(t: Cleaning): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'curfew-'))
  chmodSync(folder, 0o700)
  onEnd(t, () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }))
  return folder
}
