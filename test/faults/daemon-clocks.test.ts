import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { EventView } from '../../src/contract/shapes.ts'
import { systemClock } from '../../src/host/clock.ts'
import { runCurfew } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { startUnderClock, withFaketime } from '../support/faked-clock.ts'
import { waitFor } from '../support/wait-for.ts'

const DAY_MS = 86_400_000

test('D4: a daemon that is stopped: clients say that it does not answer, and all is well when it goes on', async (t) => {
  const daemon = await startDaemon(t, { env: { CURFEW_TICK: '500ms' } })
  const other = await startDaemon(t)
  const before = await daemon.events()
  process.kill(daemon.pid, 'SIGSTOP')
  process.kill(other.pid, 'SIGSTOP')
  const [stop, doctor, beside, ...asked] = await Promise.all([
    runCurfew(other.house, ['stop']),
    runCurfew(daemon.house, ['doctor']),
    runCurfew(daemon.house, ['daemon']),
    ...['status', 'events', 'start'].map((verb) => runCurfew(daemon.house, [verb])),
  ])
  for (const { code, stdout, stderr } of [stop, ...asked]) {
    assert.match(stderr, /^curfew: the daemon does not answer; is its process stopped\?; [^\n]+\n$/)
    assert.deepEqual([code, stdout], [1, ''])
  }
  assert.equal(doctor.code, 2)
  const mend = `^fail {2}daemon +process ${daemon.pid} holds the home but does not answer\n +→ .*kill -CONT ${daemon.pid}`
  assert.match(doctor.stdout, new RegExp(mend, 'm'))
  assert.equal(beside.code, 5)
  assert.match(beside.stderr, new RegExp(`already looked after by process ${daemon.pid} `))

  process.kill(other.pid, 'SIGCONT')
  const awake = await waitFor(async () => (await other.events()).find(tellsOfStandstill), {
    what: 'the other to say that it stood still',
  })
  assert.ok(awake, 'whoever asked it to stop was told that this had failed: it stays')
  assert.deepEqual(await other.stop(), { code: 0, signal: null })
  process.kill(daemon.pid, 'SIGCONT')
  const told = await waitFor(async () => (await daemon.events()).find(tellsOfStandstill), {
    what: 'the daemon to say that it stood still',
  })
  assert.ok(Number(told?.data['forMs'] ?? told?.data['tookMs']) > 5_000, told?.message)
  assert.deepEqual((await daemon.events()).slice(0, before.length), before)
  assert.equal((await runCurfew(daemon.house, ['doctor'])).code, 0)
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null })
})

for (const [name, offset, ms] of [
  ['set back a day', '-1d', -DAY_MS],
  ['set forward a day', '+1d', DAY_MS],
] as const) {
  test(
    `D4: the clock is ${name}: said, still serving, nothing lost, nobody doubted`,
    withFaketime,
    async (t) => {
      const { daemon, setClock } = await startUnderClock(t)
      const before = await daemon.events()
      setClock(offset)
      const set = await daemon.event('clock_set')
      assert.ok(Math.abs(Number(set.data['byMs']) - ms) < 60_000, set.message)
      const status = await daemon.status()
      assert.deepEqual([status.state, status.daemon.pid, status.warnings], ['WAKE', daemon.pid, []])
      assert.deepEqual(
        (await daemon.events()).slice(0, before.length),
        before,
        'what was told stays',
      )
      writeFileSync(daemon.house.paths.wakeSignal, '')
      await daemon.event('woken', set.id)
      const beside = await runCurfew(daemon.house, ['daemon'])
      assert.equal(beside.code, 5, 'it still holds its home for those with another clock')
      assert.equal((await runCurfew(daemon.house, ['doctor'])).code, 0)
      assert.equal(
        (await runCurfew(daemon.house, ['force-unlock'])).code,
        1,
        'its marker is not taken for a dead one',
      )

      setClock('+0')
      await daemon.event('clock_set', set.id)
      const ids = (await daemon.events()).map(({ id }) => id)
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => a - b),
        'order is by number, not by date',
      )
      assert.deepEqual(await daemon.stop(), { code: 0, signal: null })
    },
  )

  test(
    `D4: the clock was ${name} while no daemon ran: the next one starts and keeps what it finds`,
    withFaketime,
    async (t) => {
      const { daemon, setClock, env } = await startUnderClock(t)
      const before = await daemon.events()
      await daemon.kill()
      setClock(offset)
      const next = await startDaemon(t, { house: daemon.house, env })
      assert.deepEqual((await next.events()).slice(0, before.length), before)
      assert.deepEqual((await next.status()).warnings, [])
      assert.deepEqual(await next.stop(), { code: 0, signal: null })
    },
  )
}

test(
  'T3: a lease neither ends early nor lasts for ever when the clock is set',
  withFaketime,
  async (t) => {
    const leaseMs = 1_500
    const env = { CURFEW_BOARD_LEASE: `${leaseMs}ms`, CURFEW_STALE_AFTER: '400ms' }
    const { daemon, setClock } = await startUnderClock(t, env)
    await daemon.ask('task_add', { list: 'l', tasks: [{ subject: 'a' }] })
    let last = 0
    for (const offset of ['+1d', '-1d']) {
      const claimedMs = systemClock.monotonicMs()
      assert.equal((await daemon.ask('task_claim', { list: 'l', as: 'ann' })).kind, 'ok')
      setClock(offset)
      await daemon.event('clock_set', last)
      const freed = await daemon.event('task_freed', last)
      assert.match(freed.message, /"ann" had it: its lease is over/)
      const hadMs = systemClock.monotonicMs() - claimedMs
      assert.ok(hadMs >= leaseMs, `the clock was set by ${offset}: it was hers for ${hadMs} ms`)
      last = freed.id
    }
  },
)

/** In the middle of a turn it shows as a turn that took long. */
function tellsOfStandstill({ type }: EventView): boolean {
  return type === 'daemon_frozen' || type === 'tick_slow'
}
