import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { askHouse, startDaemon, type TestDaemon } from '../support/daemon.ts'
import { placeHeartbeat } from '../support/heartbeats.ts'
import type { House } from '../support/house.ts'
import { SOON_DROWSY, SOON_IN_BED, untilIn } from '../support/night.ts'
import { waitFor } from '../support/wait-for.ts'

const CALM = { CURFEW_SYSTEM_IDLE: 'false' }

const WHOLE_NIGHT = {
  CURFEW_TICK: '100ms',
  CURFEW_DROWSY_AFTER: '300ms',
  CURFEW_BEDTIME_AFTER: '3s',
  CURFEW_ASLEEP_AFTER: '4s',
  CURFEW_SYSTEM_IDLE: 'false',
}

const SHORT_NIGHT = {
  ...WHOLE_NIGHT,
  CURFEW_DROWSY_AFTER: '1500ms',
  CURFEW_BEDTIME_AFTER: '1700ms',
  CURFEW_ASLEEP_AFTER: '2s',
}

test('S2, S5, S7: a quiet house goes through every state to ASLEEP, each told with from, to, why and facts, and leaves with 0', async (t) => {
  const { house, program } = await startDaemon(t, { env: WHOLE_NIGHT })
  assert.deepEqual(await program.ended, { code: 0, signal: null })
  const left = SHAPES.lifecycle.parse(JSON.parse(readFileSync(house.paths.lifecycle, 'utf8')))
  assert.equal(left.state, 'ASLEEP')
  assert.equal(existsSync(house.paths.marker), false)
  const status = SHAPES.status.parse((await runJson(house, ['status', '--json'])).value)
  assert.deepEqual([status.state, status.daemon.running], ['ASLEEP', false])
  const events = SHAPES.events.parse((await runJson(house, ['events', '--json'])).value)
  const told = events.filter(({ type }) => type === 'transition').toReversed()
  const moves = told.map(({ data }) => [data['from'], data['to']])
  assert.deepEqual(moves, [
    [null, 'WAKE'],
    ['WAKE', 'DROWSY'],
    ['DROWSY', 'BEDTIME'],
    ['BEDTIME', 'ASLEEP'],
  ])
  for (const [index, limitMs] of [300, 3000, 4000].entries()) {
    const { why, facts } = told[index + 1]?.data ?? {}
    assert.match(String(why), /nobody has acted for/)
    assert.ok(typeof facts === 'object' && facts !== null)
    assert.ok(Number(Reflect.get(facts, 'idleMs')) >= limitMs, JSON.stringify(facts))
    assert.partialDeepStrictEqual(facts, { fresh: 0, holds: 0, running: 0, queued: 0, pending: 0 })
  }
})

interface Way {
  readonly why: RegExp
  readonly call: (daemon: TestDaemon) => unknown
}

const WAYS: Readonly<Record<string, Way>> = {
  'a request that does work': {
    why: /an agent/,
    call: ({ ask }) => ask('wake', { by: 'an agent' }),
  },
  'curfew wake': { why: /./, call: ({ house }) => runCurfew(house, ['wake']) },
  'a hold': { why: /hold/, call: ({ house }) => runCurfew(house, ['hold', '--', 'true']) },
  'a file in wake/': {
    why: /from-cron/,
    call: ({ house }) => writeFileSync(join(house.paths.wake, 'from-cron'), ''),
  },
  'wake.signal': {
    why: /wake\.signal/,
    call: ({ house }) => writeFileSync(house.paths.wakeSignal, ''),
  },
  'a wrapper that comes': {
    why: /wrapper/,
    call: async ({ house }) => {
      const path = placeHeartbeat(house.paths.wrappers, { uuid: 'comer' })
      await waitFor(async () => (await askHouse(house, 'status', {})).state === 'WAKE', {
        what: 'the wrapper to be seen',
      })
      rmSync(path)
    },
  },
}

for (const [state, env] of [
  ['DROWSY', SOON_DROWSY],
  ['BEDTIME', SOON_IN_BED],
] as const) {
  test(`S2: from ${state} it is woken by work, hold, signal files, curfew wake and a wrapper`, async (t) => {
    const daemon = await startDaemon(t, { env })
    let behind = 0
    for (const [what, { why, call }] of Object.entries(WAYS)) {
      const gone = await untilIn(daemon, state, behind)
      await call(daemon)
      const woken = await untilIn(daemon, 'WAKE', gone.id)
      assert.match(String(woken.data['why']), why, what)
      behind = woken.id
    }
  })
}

test('S2: looking wakes nobody', async (t) => {
  const daemon = await startDaemon(t, { env: SOON_DROWSY })
  const drowsy = await untilIn(daemon, 'DROWSY')
  const before = (await daemon.status()).last_activity
  for (const command of ['status', 'wrappers', 'chores', 'events']) {
    assert.equal((await runCurfew(daemon.house, [command, '--json'])).code, 0)
  }
  const { last_activity, state } = await daemon.status()
  assert.equal(state, 'DROWSY')
  assert.ok(apartMs(before, last_activity) < 1000)
  const after = (await daemon.events()).filter(({ id }) => id > drowsy.id)
  assert.deepEqual(
    after.filter(({ type }) => type === 'transition'),
    [],
  )
})

test('S2: a restart is no activity: killed while DROWSY, the next daemon is drowsy since the same time', async (t) => {
  const daemon = await startDaemon(t, { env: SOON_DROWSY })
  const { house } = daemon
  const drowsy = await untilIn(daemon, 'DROWSY')
  const before = await daemon.status()
  await daemon.kill()
  const next = await startDaemon(t, { house, env: SOON_DROWSY })
  await next.event('daemon_started', drowsy.id)
  const after = await next.status()
  assert.equal(after.state, 'DROWSY')
  assert.ok(apartMs(before.last_activity, after.last_activity) < 1000)
  assert.ok(apartMs(before.since, after.since) < 1000)
  const moves = (await next.events()).filter(
    ({ type, id }) => type === 'transition' && id > drowsy.id,
  )
  assert.deepEqual(moves, [])
})

test('S5, X2: whoever calls at the moment of leaving is answered, and the house is awake', async (t) => {
  const { house, program } = await startDaemon(t, { env: SHORT_NIGHT })
  for (let nap = 0; nap < 3; nap += 1) {
    await untilFileSays(house, 'ASLEEP')
    const args = ['wake', '--json']
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => runJson(house, args, { env: SHORT_NIGHT })),
    )
    for (const { code, value } of answers) {
      assert.equal(code, 0, JSON.stringify(value))
      assert.equal(SHAPES.status.parse(value).state, 'WAKE')
    }
  }
  program.child.kill('SIGTERM')
})

test('S5: with exitWhenAsleep false it sleeps where it is, answers, and is woken by a request', async (t) => {
  const env = { ...SHORT_NIGHT, CURFEW_EXIT_WHEN_ASLEEP: 'false' }
  const daemon = await startDaemon(t, { env })
  const asleep = await untilIn(daemon, 'ASLEEP')
  const { daemon: answers, next, state } = await daemon.status()
  assert.deepEqual([state, answers.pid, next], ['ASLEEP', daemon.pid, null])
  assert.equal((await daemon.ask('wake', {})).state, 'WAKE')
  const again = await untilIn(daemon, 'ASLEEP', asleep.id)
  writeFileSync(daemon.house.paths.wakeSignal, '')
  await untilIn(daemon, 'WAKE', again.id)
  assert.equal(daemon.program.child.exitCode, null)
})

const HOLD = ['hold', '--why', 'the release', '--', 'sh', '-c', 'echo begun; read x; exit 7']

test('S3: hold keeps the house up for longer than bedtimeAfter, says why, and passes the exit code on', async (t) => {
  const daemon = await startDaemon(t, { env: SOON_IN_BED })
  const bed = await untilIn(daemon, 'BEDTIME')
  const holder = startCurfew(t, daemon.house, HOLD)
  await holder.line('begun')
  const up = await untilIn(daemon, 'WAKE', bed.id)
  await untilHeld(daemon.house, daemon.pid)
  const wokenAt = Date.parse(up.at)
  await waitFor(() => Date.now() - wokenAt > 2 * 1500, { what: 'twice bedtimeAfter' })
  const { next, reason, state } = await daemon.status()
  assert.deepEqual([state, next], ['WAKE', null])
  assert.match(reason, /the release/)
  holder.send('go on')
  assert.deepEqual(await holder.ended, { code: 7, signal: null })
  await untilIn(daemon, 'BEDTIME', up.id)
  assert.deepEqual((await daemon.status()).holds.filter(isHold), [])
})

test('S3: a hold is taken anew after kill -9 of the daemon; nobody is sent to bed until it ends', async (t) => {
  const daemon = await startDaemon(t, { env: CALM })
  const { house } = daemon
  const holder = startCurfew(t, house, HOLD, { env: CALM })
  await holder.line('begun')
  await untilHeld(house, daemon.pid)
  await daemon.kill()
  const next = await untilHeld(house, undefined, daemon.pid)
  assert.notEqual(next, daemon.pid)
  const refused = await runCurfew(house, ['bedtime'])
  assert.equal(refused.code, 5)
  assert.match(refused.stderr, /the release/)
  holder.send('go on')
  assert.deepEqual(await holder.ended, { code: 7, signal: null })
  await waitFor(async () => (await askHouse(house, 'status', {})).holds.length === 0, {
    what: 'the hold to be gone',
  })
  assert.equal((await runCurfew(house, ['bedtime'])).code, 0)
})

test('S3: bedtime is refused with 5 while a wrapper is awake, and says who; --force does it', async (t) => {
  const daemon = await startDaemon(t, { env: CALM })
  const { house } = daemon
  const attend = startCurfew(t, house, ['attend', '--', 'sh', '-c', 'echo begun; read x'])
  await attend.line('begun')
  await waitFor(async () => (await daemon.status()).wrappers.fresh === 1, { what: 'the wrapper' })
  const refused = await runCurfew(house, ['bedtime'])
  assert.equal(refused.code, 5, refused.stderr)
  assert.match(refused.stderr, /wrappers: 1 awake; --force/)
  assert.equal((await daemon.status()).state, 'WAKE')
  const forced = await runJson(house, ['bedtime', '--force', '--json'])
  assert.equal(forced.code, 0)
  assert.equal(SHAPES.status.parse(forced.value).state, 'BEDTIME')
  const { data } = await untilIn(daemon, 'BEDTIME')
  assert.match(String(data['why']), /by hand/)
  assert.equal(SHAPES.status.parse((await runJson(house, ['wake', '--json'])).value).state, 'WAKE')
})

async function untilHeld(house: House, pid: number | undefined, not?: number): Promise<number> {
  let answering = 0
  await waitFor(
    async () => {
      const { code, value } = await runJson(house, ['status', '--json'])
      if (code !== 0) return false
      const { daemon, holds, state } = SHAPES.status.parse(value)
      answering = daemon.pid ?? 0
      const isTheirs = pid === undefined ? answering !== not : answering === pid
      return daemon.running && isTheirs && state === 'WAKE' && holds.some(isHold)
    },
    { what: 'the hold to be taken' },
  )
  return answering
}

function isHold({ why }: { why: string }): boolean {
  return why.includes('the release')
}

async function untilFileSays(house: House, state: string): Promise<void> {
  await waitFor(() => readFileSync(house.paths.lifecycle, 'utf8').includes(`"${state}"`), {
    what: `lifecycle.json to say ${state}`,
    everyMs: 2,
  })
}

function apartMs(a: string | null, b: string | null): number {
  return Math.abs(Date.parse(a ?? '') - Date.parse(b ?? ''))
}
