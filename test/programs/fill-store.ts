/** Fills the disk under a store, makes room again, and says as one line of JSON what the store did about it. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '../../src/store/open-store.ts'
import { fillDisk } from '../support/fill-disk.ts'

const [disk = ''] = process.argv.slice(2)
const store = openStore(join(disk, 'curfew.db'))

void main()

async function main(): Promise<void> {
  const first = await append(3)
  const ballast = fillDisk(disk)
  const errors: string[] = []
  let kept = 3
  for (let attempt = 0; attempt < 50; attempt++) {
    const result = await append(200)
    if (typeof result === 'number') kept += result
    else errors.push(result)
  }
  const readWhileFull = (await store.listEvents({ limit: 100_000, afterId: 0 })).length
  rmSync(ballast)
  const after = await append(5)
  const ids = (await store.listEvents({ limit: 100_000, afterId: 0 })).map(({ id }) => id)
  const problems = await store.integrity()
  const damage = store.damage() ?? null
  await store.close()
  const result = { first, errors, kept, readWhileFull, after, ids, problems, damage }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

async function append(count: number): Promise<number | string> {
  const body = { type: 'woken', by: 'x'.repeat(100) } as const
  try {
    const batch = Array.from({ length: count }, () => ({ atMs: Date.now(), body }))
    return (await store.appendEvents(batch)).length
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
