import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { checkStoreApart } from '../../src/host/check-store.ts'
import { damagedStore } from '../support/damaged-store.ts'
import { processesOf } from '../support/house.ts'
import { openTempStore } from '../support/open-temp-store.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const NEVER = new AbortController().signal

test('S4: a sound store is found sound while somebody writes to it, and everything else goes on', async (t) => {
  const { store, path } = await bigStore(t)
  let turns = 0
  let isOver = false
  const checking = checkStoreApart(path, NEVER).finally(() => {
    isOver = true
  })
  while (!isOver) {
    await store.writeNote('turn', String(turns))
    await new Promise(setImmediate)
    turns += 1
  }
  assert.equal(await checking, 'sound')
  assert.ok(turns > 10, `${turns} turns meanwhile`)
})

test('S4: a damaged store, a missing one and what is none are left to a closer look', async (t) => {
  const folder = tempDir(t)
  await damagedStore(t, join(folder, 'damaged.db'))
  for (const name of ['damaged.db', 'missing.db', '.']) {
    assert.equal(await checkStoreApart(join(folder, name), NEVER), 'unsure', name)
  }
})

test('S4: told to stop, the checker is gone', async (t) => {
  const { path, folder } = await bigStore(t)
  const stop = new AbortController()
  const checking = checkStoreApart(path, stop.signal)
  await waitFor(() => processesOf(folder).length > 0, { what: 'the checker', everyMs: 1 })
  stop.abort()
  await assert.rejects(checking, /told to stop/)
  await waitFor(() => processesOf(folder).length === 0, { what: 'the checker to be gone' })
})

async function bigStore(t: TestContext) {
  const folder = tempDir(t)
  const path = join(folder, 'curfew.db')
  const store = openTempStore(t, path)
  const body = { type: 'woken', by: 'x'.repeat(4_000) } as const
  for (let batch = 0; batch < 10; batch += 1) {
    await store.appendEvents(Array.from({ length: 200 }, () => ({ atMs: 1, body })))
  }
  return { store, path, folder }
}
