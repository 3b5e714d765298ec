import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ChoreView, EventView } from '../../src/contract/shapes.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { choreLogPath } from '../../src/host/chore-log.ts'
import { lookAt } from '../../src/host/identity.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { askHouse, startDaemon, type TestDaemon } from '../support/daemon.ts'
import { placeHeartbeat } from '../support/heartbeats.ts'
import { type House, makeHouse } from '../support/house.ts'
import { configure, SOON_IN_BED, untilIn, untilTold } from '../support/night.ts'
import { waitFor } from '../support/wait-for.ts'

const DAY = { CURFEW_SYSTEM_IDLE: 'false' }
const BUILT_INS = ['retention', 'store', 'logs', 'sweep']
/** No process has this pid: it is beyond what a kernel gives. */
const NOBODY = 2 ** 22 + 7

test("S4: at night the user's chore runs after the built-in ones, its output in its log", async (t) => {
  const daemon = await start(t, [
    sh('backup', 'echo saved; pwd; echo "$CURFEW_HOME"; echo bad >&2'),
  ])
  const { data } = await untilTold(daemon, 'chore_ended', { chore: 'backup' })
  assert.partialDeepStrictEqual(data, { outcome: 'succeeded', detail: 'exit code 0' })
  const { home } = daemon.house
  assert.deepEqual(
    new Set(logOf(daemon.house, 'backup').trim().split('\n')),
    new Set(['saved', home, 'bad']),
  )
  assert.deepEqual(startedIn(await daemon.events()), [...BUILT_INS, 'backup'])
  assert.deepEqual(
    (await chore(daemon.house, 'backup')).log,
    choreLogPath(daemon.house.paths, 'backup'),
  )
})

test('S4: waking interrupts with TERM, which is no strike, and the next night goes on there', async (t) => {
  const line = `if test -e once; then echo again; exit 0; fi; touch once
    trap 'echo told to end; exit 3' TERM; echo begun; while :; do sleep 0.05; done`
  const daemon = await start(t, [sh('first', 'true'), sh('long', line), sh('last', 'true')])
  await untilLogged(daemon.house, 'long', 'begun')
  await daemon.ask('wake', { by: 'somebody' })
  const ended = await untilTold(daemon, 'chore_ended', { chore: 'long' })
  assert.equal(ended.data['outcome'], 'interrupted')
  assert.match(logOf(daemon.house, 'long'), /told to end/)
  const { failures, state } = await chore(daemon.house, 'long')
  assert.equal(failures, 0)
  assert.notEqual(state, 'quarantined')
  await untilTold(daemon, 'chore_ended', { chore: 'last' }, ended.id)
  const events = await daemon.events()
  const nextNight = startedIn(events.filter(({ id }) => id > ended.id))
  assert.deepEqual(nextNight, ['long', 'last'], 'what was done is not done twice')
  assert.equal(logOf(daemon.house, 'long'), 'again\n')
})

test('S4: three failures in a row are quarantine, the others go on, and reset lifts it', async (t) => {
  const daemon = await start(t, [sh('bad', 'exit 3'), sh('good', 'true')])
  let behind = 0
  for (let night = 1; night <= 3; night += 1) {
    const bad = await untilTold(daemon, 'chore_ended', { chore: 'bad' }, behind)
    assert.partialDeepStrictEqual(bad.data, { outcome: 'failed', detail: 'exit code 3' })
    behind = await nightAfter(daemon, 'good', behind)
  }
  const told = await untilTold(daemon, 'chore_quarantined', { chore: 'bad' })
  assert.equal(told.data['forMs'], 24 * 3_600_000)
  const { failures, state, until } = await chore(daemon.house, 'bad')
  assert.deepEqual([failures, state], [3, 'quarantined'])
  assert.ok((until ?? '') > new Date().toISOString())
  const rested = await nightAfter(daemon, 'good', behind)
  const quiet = (await daemon.events()).filter(({ id }) => id > behind && id <= rested)
  assert.ok(!startedIn(quiet).includes('bad'), 'it is left alone')
  const reset = await runJson(daemon.house, ['chores', 'reset', 'bad', '--json'])
  assert.equal(reset.code, 0)
  assert.partialDeepStrictEqual(SHAPES.chore.parse(reset.value), { failures: 0, until: null })
  await untilTold(daemon, 'chore_started', { chore: 'bad' }, rested)
})

test('S4: chores run NAME runs it at any hour, and the house stays as it is', async (t) => {
  const daemon = await start(t, [sh('hello', 'echo by day')], DAY)
  const { code } = await runCurfew(daemon.house, ['chores', 'run', 'hello'])
  assert.equal(code, 0)
  const ended = await untilTold(daemon, 'chore_ended', { chore: 'hello' })
  assert.equal(ended.data['outcome'], 'succeeded')
  assert.equal(logOf(daemon.house, 'hello'), 'by day\n')
  assert.equal((await untilTold(daemon, 'chore_started', { chore: 'hello' })).data['byHand'], true)
  assert.equal((await daemon.status()).state, 'WAKE')
})

test('S4: one that takes longer than its timeout is ended with all of its group, and that is a strike', async (t) => {
  const slow = { ...sh('slow', 'sleep 300 & echo $!; wait'), timeout: '500ms' }
  const daemon = await start(t, [slow], DAY)
  await daemon.ask('run_chore', { name: 'slow' })
  const ended = await untilTold(daemon, 'chore_ended', { chore: 'slow' })
  assert.equal(ended.data['outcome'], 'timed_out')
  assert.equal((await chore(daemon.house, 'slow')).failures, 1)
  assert.equal(lookAt(Number(logOf(daemon.house, 'slow'))).state, 'gone')
})

test('S4: a program that is not there is unstartable, and the next chore runs', async (t) => {
  const missing = { name: 'missing', command: ['/no/such/program'] }
  const daemon = await start(t, [missing, sh('after', 'true')])
  const ended = await untilTold(daemon, 'chore_ended', { chore: 'missing' })
  assert.equal(ended.data['outcome'], 'unstartable')
  await untilTold(daemon, 'chore_ended', { chore: 'after' }, ended.id)
})

test('S4: the store is copied to curfew.db.bak, and the copy is sound and holds what was told', async (t) => {
  const daemon = await start(t, [])
  const { data } = await untilTold(daemon, 'chore_ended', { chore: 'store' })
  assert.equal(data['outcome'], 'succeeded')
  const copy = new DatabaseSync(daemon.house.paths.storeBackup, { readOnly: true })
  try {
    assert.deepEqual({ ...copy.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
    assert.ok(Number(copy.prepare('SELECT count(*) AS n FROM events').get()?.['n']) > 0)
  } finally {
    copy.close()
  }
})

test('W5, S4: sweeping by hand right after the first look removes nothing; a later night does, and tells', async (t) => {
  const daemon = await start(t, [], { ...DAY, CURFEW_TICK: '24h' })
  const { house } = daemon
  const path = placeHeartbeat(house.paths.wrappers, { pid: NOBODY, uuid: 'dead' })
  await waitFor(async () => (await daemon.status()).wrappers.orphan === 1, { what: 'the orphan' })
  await daemon.ask('run_chore', { name: 'sweep' })
  const first = await untilTold(daemon, 'chore_ended', { chore: 'sweep' })
  assert.equal(first.data['detail'], '0 left-over heartbeats removed')
  assert.ok(existsSync(path))
  await daemon.stop()
  const good = placeHeartbeat(house.paths.wrappers, { uuid: 'alive' })
  const next = await startDaemon(t, { house, env: { ...DAY, CURFEW_TICK: '100ms' } })
  await waitFor(
    async () => {
      await next.ask('run_chore', { name: 'sweep' })
      return !existsSync(path)
    },
    { what: 'the orphan to be swept', everyMs: 200 },
  )
  const swept = await next.event('wrappers_swept')
  assert.deepEqual(swept.data['names'], [`heartbeat-${NOBODY}-dead.json`])
  assert.ok(existsSync(good))
})

test('S4: the commands of `on` run at their transition; one that fails is told and stops nothing', async (t) => {
  const house = prepared(t)
  const on = {
    drowsy: ['sh', '-c', 'pwd > drowsy'],
    bedtime: ['sh', '-c', 'exit 3'],
    wake: ['/no/such/program'],
  }
  configure(house, { on })
  const daemon = await startDaemon(t, {
    house,
    env: { ...SOON_IN_BED, CURFEW_BEDTIME_AFTER: '3s' },
  })
  const drowsy = await untilIn(daemon, 'DROWSY')
  await waitFor(() => existsSync(join(house.home, 'drowsy')), { what: 'the command to run' })
  const failed = await untilTold(daemon, 'on_command_failed', { state: 'bedtime' }, drowsy.id)
  assert.equal(failed.data['why'], 'exit code 3')
  await untilTold(daemon, 'chore_ended', { chore: 'sweep' })
  await daemon.ask('wake', {})
  const missing = await untilTold(daemon, 'on_command_failed', { state: 'wake' }, failed.id)
  assert.match(missing.message, /no such program/)
})

test('S4: the next daemon ends what a killed one left running, which is an interruption, and runs it again', async (t) => {
  const daemon = await start(t, [sh('long', 'echo $$; exec sleep 300')])
  await untilLogged(daemon.house, 'long', '\n')
  const pid = Number(logOf(daemon.house, 'long'))
  const known = (await daemon.events()).at(-1)?.id ?? 0
  await daemon.kill()
  assert.equal(lookAt(pid).state, 'alive')
  const next = await startDaemon(t, { house: daemon.house, env: SOON_IN_BED })
  await waitFor(() => lookAt(pid).state === 'gone', { what: 'the left-over to be ended' })
  const mended = await next.event('mended', known)
  assert.match(mended.message, /ended 1 left-over/)
  const ended = await untilTold(next, 'chore_ended', { chore: 'long' }, known)
  assert.equal(ended.data['outcome'], 'interrupted')
  await untilTold(next, 'chore_started', { chore: 'long' }, ended.id)
  assert.equal((await chore(daemon.house, 'long')).failures, 0)
})

test('S4: with no daemon `chores` tells what the last one left', async (t) => {
  const daemon = await start(t, [sh('bad', 'exit 3'), sh('unseen', 'true')])
  const { house } = daemon
  await untilTold(daemon, 'chore_ended', { chore: 'unseen' })
  const live = await askHouse(house, 'chores', {})
  assert.equal((await daemon.stop()).code, 0)
  const { code, value } = await runJson(house, ['chores', '--json'])
  assert.equal(code, 0)
  const offline = SHAPES.chores.parse(value)
  assert.deepEqual(offline.map(essence), live.map(essence))
  assert.deepEqual(
    offline.map(({ name }) => name),
    [...BUILT_INS, 'bad', 'unseen'],
  )
})

function essence({ name, outcome, detail, failures, state }: ChoreView): unknown {
  return { name, outcome, detail, failures, state }
}

function sh(name: string, line: string): { name: string; command: string[] } {
  return { name, command: ['sh', '-c', line] }
}

function prepared(t: TestContext): House {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  return house
}

function start(
  t: TestContext,
  chores: readonly object[],
  env: NodeJS.ProcessEnv = SOON_IN_BED,
): Promise<TestDaemon> {
  const house = prepared(t)
  configure(house, { chores })
  return startDaemon(t, { house, env })
}

function logOf(house: House, name: string): string {
  return readFileSync(choreLogPath(house.paths, name), 'utf8')
}

async function untilLogged(house: House, name: string, text: string): Promise<void> {
  const path = choreLogPath(house.paths, name)
  await waitFor(() => existsSync(path) && logOf(house, name).includes(text), {
    what: `chore ${name} to print ${JSON.stringify(text)}`,
  })
}

async function chore(house: House, name: string): Promise<ChoreView> {
  const found = (await askHouse(house, 'chores', {})).find((each) => each.name === name)
  if (found === undefined) throw new Error(`no chore ${name}`)
  return found
}

/** Waits until that chore had its turn tonight, and wakes the house; gives the event to look behind. */
async function nightAfter(daemon: TestDaemon, last: string, behind: number): Promise<number> {
  const ended = await untilTold(daemon, 'chore_ended', { chore: last }, behind)
  await daemon.ask('wake', {})
  return (await untilIn(daemon, 'WAKE', ended.id)).id
}

function startedIn(events: readonly EventView[]): unknown[] {
  return events.flatMap(({ type, data }) => (type === 'chore_started' ? [data['chore']] : []))
}
