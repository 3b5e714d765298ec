import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTempStore } from '../support/open-temp-store.ts'

const EVENT = { atMs: 1, body: { type: 'woken', by: 'test' } } as const

test('J10: ids can be raised above what a lost store may have given out, and never fall', async (t) => {
  const store = openTempStore(t)
  const idOf = async (): Promise<number> => (await store.appendEvents([EVENT]))[0]?.id ?? 0
  assert.equal(await idOf(), 1)
  await store.raiseEventIds(1_000)
  assert.equal(await idOf(), 1_001)
  await store.raiseEventIds(500)
  assert.equal(await idOf(), 1_002)
  await store.pruneEvents({ keepMost: 0, olderThanMs: 2 })
  assert.equal(await idOf(), 1_003)
})

test('J10: an empty store too', async (t) => {
  const store = openTempStore(t)
  await store.raiseEventIds(77)
  assert.equal((await store.appendEvents([EVENT]))[0]?.id, 78)
})
