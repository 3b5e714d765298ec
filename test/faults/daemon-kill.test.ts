import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import { runCurfew, startCurfew } from '../support/cli.ts'
import { launchDaemon, startDaemon } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'
import { rounds } from '../support/rounds.ts'
import { waitFor } from '../support/wait-for.ts'

const KILLS = rounds(100)

test(`L3, L9: the daemon is killed ${KILLS} times at random moments of its life: the next one holds, nothing piles up`, async (t) => {
  const house = makeHouse(t)
  const first = await startDaemon(t, { house })
  const names = readdirSync(house.home).sort()
  await first.kill()
  let answered = 0
  for (let round = 0; round < KILLS; round += 1) {
    const daemon = launchDaemon(t, { house, env: { CURFEW_TICK: '50ms' } })
    // Half of the rounds hit the start, half a daemon at work; where exactly differs from round to round.
    const calls = round % 2 === 0 ? 0 : (round * 7) % 40
    if (calls === 0) await untilElapsed(round * 1.5)
    else answered += await keepBusy(house, calls)
    assert.equal((await daemon.kill()).signal, 'SIGKILL', daemon.stderr())
  }
  assert.ok(answered > KILLS, `${answered} requests were answered in between`)
  const last = await startDaemon(t, { house })
  assert.deepEqual(readdirSync(house.home).sort(), names)
  assert.deepEqual((await last.status()).warnings, [])
  const events = await last.events()
  assert.equal(
    events.find(({ type }) => type === 'store_set_aside'),
    undefined,
    'the store is sound',
  )
  assert.equal(new Set(events.map(({ id }) => id)).size, events.length)
  assert.equal((await runCurfew(house, ['doctor'])).code, 0)
  assert.equal((await last.stop()).code, 0)
})

test('D2: killed again and again under clients that want it started: each gets a daemon', async (t) => {
  const house = makeHouse(t)
  for (let round = 0; round < 15; round += 1) {
    const results = await Promise.all([1, 2, 3].map(() => runCurfew(house, ['start'])))
    for (const { code, stderr } of results) assert.equal(code, 0, stderr)
    const hello = await callDaemon('hello', {}, { socket: house.paths.socket })
    assert.ok(hello.kind === 'ok')
    process.kill(hello.value.pid, 'SIGKILL')
  }
  assert.equal((await runCurfew(house, ['start'])).code, 0)
  assert.equal((await runCurfew(house, ['doctor'])).code, 0)
})

test('events -f: over twenty kills every event that was kept is seen once, in order', async (t) => {
  const house = makeHouse(t)
  const first = await startDaemon(t, { house })
  const follower = startCurfew(t, house, ['events', '-f', '--json'])
  await follower.line('{')
  await first.kill()
  for (let round = 0; round < 20; round += 1) {
    const daemon = await startDaemon(t, { house })
    await keepBusy(house, round)
    await daemon.kill()
  }
  const last = await startDaemon(t, { house })
  await last.ask('reload')
  const all = await last.events()
  await follower.line(`{"id":${all.at(-1)?.id},`)
  assert.deepEqual(
    follower.lines().map((line): unknown => JSON.parse(line)),
    all,
  )
})

/** So many requests one after the other, as soon as somebody answers; says how many were answered. */
async function keepBusy(house: House, calls: number): Promise<number> {
  let answered = 0
  for (let tries = 0; answered < calls && tries < 20_000; tries += 1) {
    const { kind } = await callDaemon('reload', {}, { socket: house.paths.socket })
    if (kind === 'ok') answered += 1
  }
  return answered
}

/** A moment of the start that differs from round to round: a start takes about so long. */
async function untilElapsed(ms: number): Promise<void> {
  const until = performance.now() + ms
  await waitFor(() => performance.now() >= until, { what: 'the moment of the kill', everyMs: 1 })
}
