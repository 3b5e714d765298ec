import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EventBody, StoredEvent } from '../../src/domain/event.ts'
import type { NewEvent, Store } from '../../src/store/store.ts'
import type { Cleaning } from '../support/cleaning.ts'

/** What a test of the contract needs of an engine. */
export interface Engine {
  readonly name: string
  /** An empty store of its own; `reopen` closes it and opens the same one anew. */
  open(t: Cleaning): { store: Store; reopen(): Promise<Store> }
}

/** What every engine behind the port of verbs has to do. */
export function describeStore(engine: Engine): void {
  const check = (what: string, fn: (t: Cleaning, store: Store) => Promise<void>): void =>
    void test(`${engine.name}: ${what}`, (t) => fn(t, engine.open(t).store))

  check('an empty store has no events and no notes', async (_t, store) => {
    assert.deepEqual(await store.listEvents({ limit: 10 }), [])
    assert.deepEqual(await store.listEvents({ limit: 10, afterId: 0 }), [])
    assert.equal(await store.readNote('x'), undefined)
    assert.deepEqual(await store.integrity(), [])
    assert.equal(store.damage(), undefined)
  })

  check(
    'S7: an event is kept with all its facts, whatever characters they have',
    async (_t, store) => {
      const text = 'ä🏠\0\n\u001b[0m\u2028"\\'
      const body = { type: 'store_set_aside', as: text, restored: '', why: text } as const
      const [kept] = await store.appendEvents([{ atMs: 1_800_000_000_123, body }])
      assert.deepEqual(kept, { id: 1, atMs: 1_800_000_000_123, body })
      assert.deepEqual(await store.listEvents({ limit: 1 }), [kept])
    },
  )

  check('ids grow one by one in the order given', async (_t, store) => {
    assert.deepEqual(idsOf(await store.appendEvents(some(3))), [1, 2, 3])
    assert.deepEqual(idsOf(await store.appendEvents(some(2))), [4, 5])
    assert.deepEqual(await store.appendEvents([]), [])
  })

  test(`${engine.name}: an id is never used again, also after all events went and the store was opened anew`, async (t) => {
    const { store, reopen } = engine.open(t)
    await store.appendEvents(some(5))
    assert.equal(await store.pruneEvents({ keepMost: 0, olderThanMs: 0 }), 5)
    assert.deepEqual(idsOf(await store.appendEvents(some(1))), [6])
    await store.pruneEvents({ keepMost: 0, olderThanMs: 0 })
    const again = await reopen()
    assert.deepEqual(await again.listEvents({ limit: 5 }), [])
    assert.deepEqual(idsOf(await again.appendEvents(some(1))), [7])
  })

  check('lists: newest first, before an id, or oldest first behind one', async (_t, store) => {
    await store.appendEvents(some(10))
    const list = async (query: Parameters<Store['listEvents']>[0]): Promise<number[]> =>
      idsOf(await store.listEvents(query))
    assert.deepEqual(await list({ limit: 3 }), [10, 9, 8])
    assert.deepEqual(await list({ limit: 3, beforeId: 8 }), [7, 6, 5])
    assert.deepEqual(await list({ limit: 3, beforeId: 2 }), [1])
    assert.deepEqual(await list({ limit: 3, beforeId: 1 }), [])
    assert.deepEqual(await list({ limit: 3, afterId: 0 }), [1, 2, 3])
    assert.deepEqual(await list({ limit: 3, afterId: 9 }), [10])
    assert.deepEqual(await list({ limit: 3, afterId: 10 }), [])
    assert.deepEqual(await list({ limit: 9, afterId: 3, beforeId: 6 }), [4, 5])
    assert.deepEqual(await list({ limit: 100 }), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
  })

  test(`${engine.name}: pages in either direction show every event once, whatever is forgotten in between`, async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 15 }),
        fc.nat(40),
        async (count, limit, keep) => {
          const { store } = engine.open(t)
          await store.appendEvents(some(count))
          await store.pruneEvents({ keepMost: keep, olderThanMs: 0 })
          const expected = range(Math.max(1, count - keep + 1), count)
          assert.deepEqual(await readForward(store, limit), expected)
          assert.deepEqual((await readBackward(store, limit)).toReversed(), expected)
        },
      ),
      { numRuns: 15 },
    )
  })

  check('D4: forgetting goes by age and by count, and says how many went', async (_t, store) => {
    await store.appendEvents(range(1, 10).map((n) => ({ atMs: n * 100, body: woken(n) })))
    assert.equal(await store.pruneEvents({ keepMost: 100, olderThanMs: 0 }), 0)
    assert.equal(await store.pruneEvents({ keepMost: 100, olderThanMs: 300 }), 2)
    assert.deepEqual(idsOf(await store.listEvents({ limit: 100, afterId: 0 })), range(3, 10))
    assert.equal(await store.pruneEvents({ keepMost: 4, olderThanMs: 0 }), 4)
    assert.deepEqual(idsOf(await store.listEvents({ limit: 100, afterId: 0 })), range(7, 10))
    assert.equal(await store.pruneEvents({ keepMost: 4, olderThanMs: 0 }), 0)
  })

  check('an event of a clock that was set back is still found by its place', async (_t, store) => {
    await store.appendEvents([
      { atMs: 5_000, body: woken(1) },
      { atMs: 1_000, body: woken(2) },
    ])
    assert.deepEqual(idsOf(await store.listEvents({ limit: 2, afterId: 0 })), [1, 2])
  })

  test(`${engine.name}: a note is what was written last, also after opening anew`, async (t) => {
    const { store, reopen } = engine.open(t)
    await store.writeNote('a', '1')
    await store.writeNote('b', 'ä\0"')
    await store.writeNote('a', '2')
    const again = await reopen()
    assert.equal(await again.readNote('a'), '2')
    assert.equal(await again.readNote('b'), 'ä\0"')
    assert.equal(await again.readNote('__proto__'), undefined)
  })

  check(
    'verbs called all at once each do all or nothing, and none hinders another',
    async (_t, store) => {
      const batches = range(1, 40).map((n) => store.appendEvents(some(n % 5)))
      const notes = range(1, 20).map((n) => store.writeNote('n', String(n)))
      const lists = range(1, 20).map(() => store.listEvents({ limit: 1000 }))
      const kept = await Promise.all(batches)
      await Promise.all([...notes, ...lists])
      assert.deepEqual(
        kept.flatMap(idsOf).toSorted((a, b) => a - b),
        range(1, 80),
      )
      for (const batch of kept)
        assert.deepEqual(idsOf(batch), range(batch[0]?.id ?? 1, batch.at(-1)?.id ?? 0))
      assert.equal(await store.readNote('n'), '20')
    },
  )

  check('what is closed answers nothing more', async (_t, store) => {
    await store.close()
    await assert.rejects(store.appendEvents(some(1)))
    await assert.rejects(store.listEvents({ limit: 1 }))
  })
}

export function some(count: number): NewEvent[] {
  return range(1, count).map((n) => ({ atMs: 1_800_000_000_000 + n, body: woken(n) }))
}

export function idsOf(events: readonly StoredEvent[]): number[] {
  return events.map(({ id }) => id)
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}

function woken(n: number): EventBody {
  return { type: 'woken', by: String(n) }
}

async function readForward(store: Store, limit: number): Promise<number[]> {
  const seen: number[] = []
  for (;;) {
    const page = idsOf(await store.listEvents({ limit, afterId: seen.at(-1) ?? 0 }))
    if (page.length === 0) return seen
    seen.push(...page)
  }
}

async function readBackward(store: Store, limit: number): Promise<number[]> {
  const seen: number[] = []
  for (;;) {
    const last = seen.at(-1)
    const page = idsOf(
      await store.listEvents({ limit, ...(last === undefined ? {} : { beforeId: last }) }),
    )
    if (page.length === 0) return seen
    seen.push(...page)
  }
}
