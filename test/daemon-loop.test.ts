import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLoop, type Loop, type Step } from '../src/daemon/loop.ts'
import type { EventBody, EventType } from '../src/domain/event.ts'
import type { Clock } from '../src/host/clock.ts'
import { type Cleaning, onEnd } from './support/cleaning.ts'
import { type FakeClock, fakeClock } from './support/fake-clock.ts'
import { waitFor } from './support/wait-for.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

test('S1: a turn runs at the start and then on every tick, its steps one after the other in their order', async (t) => {
  const log: string[] = []
  const steps = ['a', 'b', 'c'].map((name) => ({
    name,
    run: async () => {
      log.push(name)
      await turnOfEventLoop()
      log.push(`${name}.`)
      return undefined
    },
  }))
  const { loop } = build(t, { steps, tickMs: 25 })
  loop.start()
  await waitFor(() => log.length >= 18, { what: 'three turns' })
  await loop.stop()
  const turns = log.join(' ').replaceAll('a a. b b. c c.', '*').split(' ')
  assert.ok(turns.length >= 3 && turns.every((turn) => turn === '*'), log.join(' '))
})

test('S1: nothing runs before the start, also when it is woken', async (t) => {
  const { loop, turns } = build(t, { tickMs: 5 })
  loop.wake()
  await untilQuiet()
  assert.equal(turns(), 0)
  loop.start()
  loop.wake()
  await waitFor(() => turns() > 1, { what: 'turns' })
})

test('D4: a step that fails is told once, named while it fails, told when it works again; the others go on', async (t) => {
  let problem: string | undefined = 'disk is full\n  at somewhere'
  let others = 0
  const steps: Step[] = [
    { name: 'first', run: async () => (problem === undefined ? undefined : fail(problem)) },
    { name: 'second', run: async () => void others++ },
  ]
  const { loop, said } = build(t, { steps, tickMs: 20 })
  loop.start()
  await waitFor(() => others >= 4, { what: 'four turns' })
  assert.deepEqual(said('step_failed'), [
    { type: 'step_failed', step: 'first', problem: 'disk is full' },
  ])
  assert.deepEqual(loop.failing(), ['step "first" fails: disk is full'])
  problem = 'folder is gone'
  await waitFor(() => said('step_failed').length === 2, { what: 'the new problem to be told' })
  assert.deepEqual(loop.failing(), ['step "first" fails: folder is gone'])
  problem = undefined
  await waitFor(() => said('step_recovered').length > 0, { what: 'it to be told' })
  const [recovered] = said('step_recovered')
  assert.ok(recovered?.type === 'step_recovered')
  assert.ok(recovered.failures >= 5, String(recovered.failures))
  assert.deepEqual(loop.failing(), [])
  assert.equal(said('step_failed').length, 2)
})

test('D4: whatever a step throws, at once or later, the loop goes on', async (t) => {
  const thrown: unknown[] = [new Error('later'), 'text', undefined, null, 7, new Error('')]
  const steps: Step[] = [
    {
      name: 'throws',
      run: () => {
        throw new Error('at once')
      },
    },
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- whatever is thrown is the point.
    { name: 'rejects', run: () => Promise.reject(thrown.shift()) },
  ]
  const { loop, turns } = build(t, { steps, tickMs: 20 })
  loop.start()
  await waitFor(() => turns() >= 6, { what: 'six turns' })
  assert.equal(loop.failing().length, 2)
})

test('X2: a storm of wakes is few turns, and none of it is lost', async (t) => {
  let asked = 0
  let seen = 0
  const steps = [{ name: 'look', run: async () => void (seen = asked) }]
  const { loop, turns } = build(t, { steps, tickMs: HOUR })
  loop.start()
  await waitFor(() => turns() === 1, { what: 'the first turn' })
  for (let burst = 0; burst < 20; burst++) {
    for (let wake = 0; wake < 1_000; wake++) {
      asked++
      loop.wake()
    }
    await turnOfEventLoop()
  }
  await waitFor(() => seen === asked, { what: 'the last wake to be seen' })
  assert.ok(turns() < 100, `${turns()} turns for ${asked} wakes`)
})

test('X2: a wake in the middle of a turn makes one more', async (t) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const { loop, turns } = build(t, {
    steps: [{ name: 'slow', run: () => gate.then(() => undefined) }],
    tickMs: HOUR,
  })
  loop.start()
  await waitFor(() => turns() === 1, { what: 'the first turn' })
  loop.wake()
  loop.wake()
  open()
  await waitFor(() => turns() === 2, { what: 'the second turn' })
  await untilQuiet()
  assert.equal(turns(), 2)
})

test('S1: a step that wants to run sooner than the tick does', async (t) => {
  let wants: number | undefined = 30
  const { loop, turns } = build(t, {
    steps: [{ name: 'eager', run: async () => wants }],
    tickMs: HOUR,
  })
  loop.start()
  await waitFor(() => turns() >= 3, { what: 'three turns' })
  wants = undefined
  await untilQuiet()
  const settled = turns()
  await untilQuiet()
  assert.equal(turns(), settled)
})

test('S1: a step that wants to run later than the tick, or in the past, moves nothing and spins nothing', async (t) => {
  for (const wants of [DAY, -5, 0]) {
    const { loop, turns } = build(t, {
      steps: [{ name: 'odd', run: async () => wants }],
      tickMs: 40,
    })
    loop.start()
    await waitFor(() => turns() >= 3, { what: 'three turns' })
    const before = turns()
    await untilQuiet()
    assert.ok(turns() - before < 20)
    await loop.stop()
  }
})

test('the tick can change while it runs', async (t) => {
  const settings = { tickMs: 20 }
  const { loop, turns } = build(t, settings)
  loop.start()
  await waitFor(() => turns() >= 3, { what: 'three turns' })
  settings.tickMs = HOUR
  await untilQuiet()
  const settled = turns()
  await untilQuiet()
  assert.equal(turns(), settled)
})

test('D4: a turn that takes too long is told, with the step that took most of it', async (t) => {
  const clock = fakeClock()
  const steps: Step[] = [
    { name: 'quick', run: async () => clock.pass(400) },
    { name: 'slow', run: async () => clock.pass(700) },
  ]
  const { loop, said, turns } = build(t, { steps, clock, tickMs: HOUR })
  loop.start()
  await waitFor(() => said('tick_slow').length > 0, { what: 'it to be told' })
  assert.deepEqual(said('tick_slow')[0], { type: 'tick_slow', tookMs: 1100, slowest: 'slow' })
  steps.length = 0
  loop.wake()
  await waitFor(() => turns() === 2, { what: 'the next turn' })
  assert.equal(said('tick_slow').length, 1)
})

const CLOCKS: readonly [string, (clock: FakeClock) => void, readonly EventBody[]][] = [
  ['nothing but time passes', (clock) => clock.pass(30), []],
  ['it was woken long before its tick', (clock) => clock.pass(25_000), []],
  ['the machine slept', (clock) => clock.sleep(HOUR), [{ type: 'machine_slept', forMs: HOUR }]],
  ['the clock was set back a day', (clock) => clock.set(-DAY), [{ type: 'clock_set', byMs: -DAY }]],
  [
    'the clock was set forward an hour',
    (clock) => clock.set(HOUR),
    [{ type: 'clock_set', byMs: HOUR }],
  ],
  [
    'it was stopped for a minute beyond its tick',
    (clock) => clock.pass(90_000),
    [{ type: 'daemon_frozen', forMs: 60_000 }],
  ],
]

for (const [name, happen, expected] of CLOCKS) {
  test(`W6: between two turns ${name}`, async (t) => {
    const clock = fakeClock()
    const { loop, said, turns } = build(t, { clock, tickMs: 30_000 })
    loop.start()
    await waitFor(() => turns() === 1, { what: 'the first turn' })
    await turnOfEventLoop()
    happen(clock)
    loop.wake()
    await waitFor(() => turns() === 2, { what: 'the second turn' })
    await loop.stop()
    assert.deepEqual(said(), expected)
  })
}

test('W6: what happens to the clocks during a turn is noticed by the next', async (t) => {
  const clock = fakeClock()
  const happen = [() => clock.sleep(HOUR), () => clock.set(-DAY)]
  const steps = [{ name: 'waits', run: async () => happen.shift()?.() }]
  const { loop, said } = build(t, { clock, steps, tickMs: 20 })
  loop.start()
  await waitFor(() => said().length === 2, { what: 'both to be told' })
  assert.deepEqual(
    said().map(({ type }) => type),
    ['machine_slept', 'clock_set'],
  )
})

test('D1: stop waits for the turn under way, and there is no other', async (t) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  let finished = 0
  const steps = [{ name: 'slow', run: () => gate.then(() => void finished++) }]
  const { loop, turns } = build(t, { steps, tickMs: 1 })
  loop.start()
  await waitFor(() => turns() === 1, { what: 'the turn' })
  let stopped = false
  const stopping = loop.stop().then(() => {
    stopped = true
  })
  await turnOfEventLoop()
  assert.equal(stopped, false)
  loop.wake()
  open()
  await stopping
  assert.equal(finished, 1)
  loop.wake()
  await untilQuiet()
  assert.equal(turns(), 1)
  await loop.stop()
})

interface Settings {
  readonly steps?: Step[]
  readonly clock?: Clock
  tickMs: number
}

interface Built {
  readonly loop: Loop
  turns(): number
  /** Events so far, of one kind or all. */
  said(type?: EventType): EventBody[]
}

function build(t: Cleaning, settings: Settings): Built {
  const events: EventBody[] = []
  let turns = 0
  const counting = { name: 'counting', run: async () => void turns++ }
  const loop = createLoop({
    clock: settings.clock ?? fakeClock(),
    emit: (body) => void events.push(body),
    tickMs: () => settings.tickMs,
    staleAfterMs: () => 90_000,
    setWhileAwayMs: 0,
    get steps() {
      return [counting, ...(settings.steps ?? [])]
    },
  })
  onEnd(t, () => loop.stop())
  return {
    loop,
    turns: () => turns,
    said: (type) => events.filter((event) => type === undefined || event.type === type),
  }
}

function fail(message: string): never {
  throw new Error(message)
}

function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Long enough for several turns, if any were to come. */
async function untilQuiet(): Promise<void> {
  const began = performance.now()
  await waitFor(() => performance.now() - began > 150, { what: 'some time to pass' })
}
