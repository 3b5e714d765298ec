import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { DEFAULTS } from '../../src/config.ts'
import { keepBoards } from '../../src/daemon/boards/keep-boards.ts'
import { keepStore } from '../../src/daemon/keep-store.ts'
import { beginClockWatch, type ClockTurn, watchClocks } from '../../src/domain/clock-watch.ts'
import { standstillMs } from '../../src/domain/clocks.ts'
import { resolvePaths } from '../../src/host/paths.ts'
import { type Cleaning, onEnd } from '../support/cleaning.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { openTempStore } from '../support/open-temp-store.ts'
import { addMany, claimAs, owner } from '../support/tasks.ts'
import { tempDir } from '../support/temp-dir.ts'

const LIST = 'l'
const TICK_MS = 30_000
const STALE_MS = 90_000
const HOUR_MS = 3_600_000
const LEASE_MS = 600_000

test('T3: a claim is owed its lease and no more, however long the daemon ran before with nothing leased', async (t) => {
  const house = await openHouse(t)
  await addMany(house.tasks, LIST, 1)
  for (let turn = 0; turn < 100; turn += 1) await house.tick()
  await house.claim()
  const crashed = openTempStore(t, house.path).tasks
  assert.equal(await crashed.nextLeaseMs(), LEASE_MS)
})

test('T3: sleep, standstill and a clock that is set neither end a lease nor prolong it, and wake nobody in between', async (t) => {
  const { claim, clock, desk, tasks, tick, turn } = await openHouse(t)
  await addMany(tasks, LIST, 2)
  await tick()
  clock.pass(TICK_MS + 8 * HOUR_MS)
  assert.ok(
    desk.uncountedMs() <= TICK_MS,
    'a claim before the next turn is not given the standstill',
  )
  await claim()
  await turn()
  const disturb = [
    () => clock.sleep(8 * HOUR_MS),
    () => clock.pass(8 * HOUR_MS),
    () => clock.set(24 * HOUR_MS),
    () => clock.set(-48 * HOUR_MS),
  ]
  for (const happens of disturb) {
    happens()
    assert.ok((await turn()) >= TICK_MS, 'rests until all have had their time to speak')
    assert.equal((await tasks.list({ list: LIST, status: 'in_progress' })).length, 1)
  }
  let ranMs = 0
  while ((await tasks.nextLeaseMs()) !== null && ranMs < HOUR_MS) {
    ranMs += TICK_MS
    await tick()
  }
  const owed = LEASE_MS + disturb.length * TICK_MS
  assert.ok(ranMs >= LEASE_MS - 4 * TICK_MS && ranMs <= owed + STALE_MS, `it ran for ${ranMs}`)
})

test('T1: a store that takes the place of a damaged one gives no id again, not even to who asks meanwhile', async (t) => {
  const paths = resolvePaths(tempDir(t), {})
  const clock = fakeClock()
  const stores = await keepStore(paths, clock)
  onEnd(t, () => stores.close())
  const keeper = keepBoards({ ...STILL, paths, clock, store: stores.now })
  await keeper.takeOver(stores.now())
  await addMany(stores.now().tasks, LIST, 3)
  let isOver = false
  const firsts: number[] = []
  const ask = async () => addMany(stores.now().tasks, LIST, 1)
  async function keepAsking(): Promise<void> {
    while (!isOver) {
      const [added] = await Promise.allSettled([ask()])
      if (added.status === 'fulfilled' && added.value.ok) firsts.push(added.value.first)
    }
  }
  await assert.rejects(stores.replace('damaged', () => Promise.reject(new Error('no room'))))
  await assert.rejects(ask(), /the store is damaged and being replaced/)
  clock.pass(1_000)
  const replaced = stores.replace('damaged', keeper.takeOver).finally(() => {
    isOver = true
  })
  await Promise.all([replaced, keepAsking()])
  await addMany(stores.now().tasks, LIST, 1).then((added) => added.ok && firsts.push(added.first))
  assert.ok(Math.min(...firsts) > 3, `was given ${firsts.join(', ')}`)
  const aside = readdirSync(paths.home).filter((name) => /\.damaged-.*Z$/.test(name))
  assert.equal(aside.length, 1, 'what was ready in part is not set aside too')
})

const STILL = {
  config: () => DEFAULTS,
  census: () => ({ wrappers: [], counts: { fresh: 0, stale: 0, orphan: 0 }, activeAgoMs: null }),
  standstillMs: () => 0,
  wake: () => undefined,
}

/** What looks after boards, on clocks that move only when they are told to. */
async function openHouse(t: Cleaning) {
  const paths = resolvePaths(tempDir(t), {})
  const store = openTempStore(t, paths.store)
  const { tasks } = store
  const clock = fakeClock()
  const seen = () => ({
    wallMs: clock.wallMs(),
    monotonicMs: clock.monotonicMs(),
    bootMs: clock.bootMs(),
  })
  let last: ClockTurn = beginClockWatch(seen(), 0, STALE_MS)
  let dueMs = Infinity
  const keeper = keepBoards({
    ...STILL,
    paths,
    clock,
    store: () => store,
    standstillMs: () => standstillMs(clock.monotonicMs() - dueMs),
  })
  await keeper.takeOver(store)

  /** Gives how long it wants to rest. */
  async function turn(): Promise<number> {
    const meantMs = dueMs - last.watch.sample.monotonicMs
    last = watchClocks(last.watch, seen(), meantMs, STALE_MS)
    dueMs = Infinity
    const restMs = Math.min(TICK_MS, (await keeper.step(last)) ?? TICK_MS)
    dueMs = clock.monotonicMs() + restMs
    return restMs
  }

  return {
    path: paths.store,
    tasks,
    clock,
    desk: keeper.desk,
    turn,
    tick: (): Promise<number> => {
      clock.pass(Math.min(TICK_MS, Math.max(20, dueMs - clock.monotonicMs())))
      return turn()
    },
    claim: async (): Promise<void> => {
      const leaseMs = LEASE_MS + keeper.desk.uncountedMs()
      assert.equal((await claimAs(tasks, owner('a'), { list: LIST, leaseMs })).kind, 'ok')
      keeper.desk.changed()
    },
  }
}
