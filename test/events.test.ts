import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EventBody, StoredEvent } from '../src/domain/event.ts'
import { createEvents, type Events } from '../src/events.ts'
import { systemClock } from '../src/host/clock.ts'
import { createLog } from '../src/log.ts'
import type { Store } from '../src/store/store.ts'
import type { Cleaning } from './support/cleaning.ts'
import { openTempStore } from './support/open-temp-store.ts'
import { waitFor } from './support/wait-for.ts'

/** The bound of src/events.ts. */
const MOST_WAITING = 2_000

test('D4: what is emitted is logged at once, kept soon, and then told to who listens', async (t) => {
  const { events, store, logged } = build(t)
  const heard: StoredEvent[] = []
  events.subscribe((event) => heard.push(event))
  events.emit(woken('a'))
  assert.equal(logged.length, 1)
  assert.deepEqual(heard, [])
  await waitFor(() => heard.length === 1, { what: 'the event to be kept' })
  assert.deepEqual(await store.listEvents({ limit: 10 }), heard)
})

test('S7: events are kept and told in the order in which they happened, each once', async (t) => {
  const { events, store } = build(t)
  const heard: string[] = []
  events.subscribe(({ body }) => heard.push(nameOf(body)))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('emit', 'flush', 'turn')), async (acts) => {
      heard.length = 0
      const said: string[] = []
      for (const act of acts) {
        if (act === 'emit') events.emit(woken(note(said)))
        else if (act === 'flush') await events.flush()
        else await turn()
      }
      await events.flush()
      assert.deepEqual(heard, said)
      const kept = said.length === 0 ? [] : await store.listEvents({ limit: said.length })
      assert.deepEqual(
        kept.toReversed().map(({ body }) => nameOf(body)),
        said,
      )
    }),
    { numRuns: 50 },
  )
})

test('D4: while the store cannot write, events wait in order and the flush says why', async (t) => {
  const { events, store, breakStore } = build(t)
  const heard: string[] = []
  events.subscribe(({ body }) => heard.push(nameOf(body)))
  const mend = breakStore('disk is full')
  for (const name of ['a', 'b', 'c']) events.emit(woken(name))
  await assert.rejects(events.flush(), /disk is full/)
  await assert.rejects(events.flush(), /disk is full/)
  events.emit(woken('d'))
  assert.deepEqual(heard, [])
  mend()
  await events.flush()
  assert.deepEqual(heard, ['a', 'b', 'c', 'd'])
  assert.equal((await store.listEvents({ limit: 10 })).length, 4)
})

test('D4: what waits is bounded; the oldest go, and how many is told once the store works again', async (t) => {
  const { events, store, breakStore } = build(t)
  const mend = breakStore('gone')
  for (let number = 0; number < MOST_WAITING + 300; number++) {
    events.emit(woken(String(number)))
    if (number % 700 === 0) await assert.rejects(events.flush())
  }
  mend()
  await events.flush()
  const kept = (await store.listEvents({ limit: 5_000, afterId: 0 })).map(({ body }) => body)
  assert.deepEqual(kept[0], woken('300'))
  assert.deepEqual(kept.at(-2), woken(String(MOST_WAITING + 299)))
  assert.deepEqual(kept.at(-1), {
    type: 'events_lost',
    count: 300,
    why: 'the store could not be written for too long',
  })
  assert.equal(kept.length, MOST_WAITING + 1)
})

test('an event that a listener causes is kept without waiting for the next turn', async (t) => {
  const { events, store } = build(t)
  events.subscribe(({ body }) => {
    if (nameOf(body) === 'cause') events.emit(woken('effect'))
  })
  events.emit(woken('cause'))
  await events.flush()
  assert.deepEqual(
    (await store.listEvents({ limit: 5 })).map(({ body }) => nameOf(body)),
    ['effect', 'cause'],
  )
})

test('a listener that fails is told in the log; others hear, and the event is kept once', async (t) => {
  const { events, store, logged } = build(t)
  const heard: StoredEvent[] = []
  events.subscribe(() => {
    throw new Error('a broken listener')
  })
  events.subscribe((event) => heard.push(event))
  events.emit(woken('once'))
  await events.flush()
  assert.deepEqual(await store.listEvents({ limit: 5 }), heard)
  assert.match(logged[1] ?? '', /a broken listener/)
})

test('what the store tells of its own accord is logged too, in the order of ids', async (t) => {
  const { events, store, logged } = build(t)
  const heard: number[] = []
  events.subscribe(({ id }) => heard.push(id))
  events.emit(woken('a'))
  const made = store.tasks.createBoard({ list: 'l', by: null, nowMs: 1 })
  events.emit(woken('b'))
  await Promise.all([made, events.flush()])
  await waitFor(() => heard.length === 3, { what: 'three events' })
  assert.deepEqual(heard, [1, 2, 3])
  assert.equal(logged.filter((line) => line.includes('board_created')).length, 1)
  assert.equal(logged.length, 3)
})

test('who no longer listens hears nothing', async (t) => {
  const { events } = build(t)
  const heard: StoredEvent[] = []
  const leave = events.subscribe((event) => heard.push(event))
  leave()
  events.emit(woken('a'))
  await events.flush()
  assert.deepEqual(heard, [])
})

test('J10: events go to the store that is there now, also after it was replaced', async (t) => {
  const stores = [openTempStore(t), openTempStore(t)] as const
  let current: Store = stores[0]
  const events = createEvents({ store: () => current, log: silentLog(), clock: systemClock })
  events.emit(woken('old'))
  await events.flush()
  current = stores[1]
  events.emit(woken('new'))
  await events.flush()
  for (const store of stores) assert.equal((await store.listEvents({ limit: 5 })).length, 1)
})

interface Built {
  readonly events: Events
  readonly store: Store
  readonly logged: string[]
  /** Makes every write fail until the returned function is called. */
  breakStore(why: string): () => void
}

function build(t: Cleaning): Built {
  const store = openTempStore(t)
  let broken: string | undefined
  const failing: Store = {
    ...store,
    appendEvents: (events) =>
      broken === undefined ? store.appendEvents(events) : Promise.reject(new Error(broken)),
  }
  const logged: string[] = []
  const log = createLog({ write: (line) => void logged.push(line) }, 'info')
  const events = createEvents({ store: () => failing, log, clock: systemClock })
  store.announceTo(events.announce)
  return {
    events,
    store,
    logged,
    breakStore: (why) => {
      broken = why
      return () => {
        broken = undefined
      }
    },
  }
}

function silentLog(): ReturnType<typeof createLog> {
  return createLog({ write: () => undefined }, 'silent')
}

function woken(by: string): EventBody {
  return { type: 'woken', by }
}

function nameOf(body: EventBody): string {
  return body.type === 'woken' ? body.by : body.type
}

function note(said: string[]): string {
  const name = String(said.length)
  said.push(name)
  return name
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
