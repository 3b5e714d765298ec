import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { WrapperView } from '../../src/contract/shapes.ts'
import { startCurfew } from '../support/cli.ts'
import { askHouse, startDaemon, type TestDaemon } from '../support/daemon.ts'
import { heartbeatIn, placeHeartbeat } from '../support/heartbeats.ts'
import { HOSTILES } from '../support/hostile-heartbeats.ts'
import { makeHouse } from '../support/house.ts'
import { needs, needsCommand, needsLinux } from '../support/needs.ts'
import { configure, SOON_IN_BED, untilTold } from '../support/night.ts'
import { programPath, startProgram } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

/** Whatever is seen is seen by the watcher: the tick never comes. */
const NO_TICK = { CURFEW_TICK: '24h', CURFEW_SYSTEM_IDLE: 'false' }
const OFTEN = { CURFEW_TICK: '100ms', CURFEW_SYSTEM_IDLE: 'false' }
/** No process has this pid: it is beyond what a kernel gives. */
const NOBODY = 2 ** 22 + 7
const READING = ['sh', '-c', 'echo begun; read x']

test('W1, W8, W9: attend is in status at once, by the watcher alone, and gone from it when it leaves', async (t) => {
  const daemon = await startDaemon(t, { env: NO_TICK })
  await untilWatching(daemon)
  const args = ['attend', '--label', 'my shell', '--session', 's1', '--', ...READING]
  const attend = startCurfew(t, daemon.house, args)
  await attend.line('begun')
  await untilCounts(daemon, { fresh: 1, stale: 0, orphan: 0 })
  const [seen] = await daemon.ask('wrappers')
  assert.partialDeepStrictEqual(seen, { label: 'my shell', session: 's1', status: 'fresh' })
  const came = await daemon.event('wrapper_came')
  assert.equal(came.message, 'wrapper "my shell" is awake')
  attend.send('leave')
  assert.deepEqual(await attend.ended, { code: 0, signal: null })
  await untilCounts(daemon, { fresh: 0, stale: 0, orphan: 0 })
  await daemon.event('wrapper_left', came.id)
})

test('W1: an orphan after kill -9 of the program and of what attends it, said with the reason', async (t) => {
  const daemon = await startDaemon(t, { env: OFTEN })
  const attend = startCurfew(t, daemon.house, ['attend', '--', ...READING])
  await attend.line('begun')
  await untilCounts(daemon, { fresh: 1, stale: 0, orphan: 0 })
  const pid = Number(heartbeatIn(daemon.house.home)['pid'])
  assert.ok(pid > 1 && pid !== attend.pid, `pid ${pid}`)
  attend.child.kill('SIGKILL')
  process.kill(pid, 'SIGKILL')
  await untilCounts(daemon, { fresh: 0, stale: 0, orphan: 1 })
  const [left] = await daemon.ask('wrappers')
  assert.partialDeepStrictEqual(left, { pid, status: 'orphan' })
  await untilTold(daemon, 'wrapper_changed', { from: 'fresh', to: 'orphan' })
})

test('W1: stale while it is stopped (SIGSTOP) for longer than staleAfter, fresh again when it goes on', async (t) => {
  const daemon = await startDaemon(t, { env: { ...OFTEN, CURFEW_STALE_AFTER: '1500ms' } })
  const { wrappers } = daemon.house.paths
  const writer = startProgram(t, programPath('refresh-heartbeat.ts'), [wrappers, 'w', '100'])
  await writer.line('writing')
  await untilCounts(daemon, { fresh: 1, stale: 0, orphan: 0 })
  writer.child.kill('SIGSTOP')
  await untilCounts(daemon, { fresh: 0, stale: 1, orphan: 0 })
  const [stopped] = await daemon.ask('wrappers')
  assert.match(stopped?.reason ?? '', /not refreshed for/)
  writer.child.kill('SIGCONT')
  await untilCounts(daemon, { fresh: 1, stale: 0, orphan: 0 })
})

test('W8: the folder removed and made again is found by the tick, and watched anew', async (t) => {
  const daemon = await startDaemon(t, { env: OFTEN })
  const { wrappers } = daemon.house.paths
  placeHeartbeat(wrappers, { uuid: 'before' })
  await untilCounts(daemon, { fresh: 1, stale: 0, orphan: 0 })
  rmSync(wrappers, { recursive: true })
  await untilCounts(daemon, { fresh: 0, stale: 0, orphan: 0 })
  mkdirSync(wrappers, { mode: 0o700 })
  placeHeartbeat(wrappers, { uuid: 'after' })
  await untilCounts(daemon, { fresh: 1, stale: 0, orphan: 0 })
  await waitFor(async () => (await daemon.status()).warnings.length === 0, { what: 'no warnings' })
})

test("W5: another product's folder is read only; only with sweep its orphans go", async (t) => {
  const house = makeHouse(t)
  const [theirs, swept] = ['theirs', 'swept'].map((name) => join(house.folder, name))
  assert.ok(theirs !== undefined && swept !== undefined)
  for (const folder of [house.home, theirs, swept]) mkdirSync(folder, { mode: 0o700 })
  configure(house, { wrapperDirs: [theirs, { path: swept, sweep: true }] })
  const kept = placeHeartbeat(theirs, { pid: NOBODY, uuid: 'kept' })
  const text = readFileSync(kept, 'utf8')
  const gone = placeHeartbeat(swept, { pid: NOBODY, uuid: 'gone' })
  const daemon = await startDaemon(t, { house, env: SOON_IN_BED })
  await waitFor(
    async () => {
      await daemon.ask('run_chore', { name: 'sweep' })
      return !existsSync(gone)
    },
    { what: 'the orphan to be swept', everyMs: 200 },
  )
  assert.equal(readFileSync(kept, 'utf8'), text)
  await untilCounts(daemon, { fresh: 0, stale: 0, orphan: 1 })
  assert.deepEqual(
    (await daemon.ask('wrappers')).map(({ path }) => path),
    [kept],
  )
})

test('W8: a folder that the config gains is scanned and watched from then on', async (t) => {
  const house = makeHouse(t)
  const theirs = join(house.folder, 'theirs')
  for (const folder of [house.home, theirs]) mkdirSync(folder, { mode: 0o700 })
  placeHeartbeat(theirs, { uuid: 'one' })
  const daemon = await startDaemon(t, { house, env: NO_TICK })
  await untilWatching(daemon)
  await untilCounts(daemon, { fresh: 0, stale: 0, orphan: 0 })
  configure(house, { wrapperDirs: [theirs] })
  await daemon.event('config_reloaded')
  await untilCounts(daemon, { fresh: 1, stale: 0, orphan: 0 })
  await waitFor(
    async () => {
      placeHeartbeat(theirs, { uuid: 'two' })
      return (await daemon.status()).wrappers.fresh === 2
    },
    { what: 'the second to be seen by the watcher', everyMs: 100 },
  )
})

test('W2, W3: whatever lies beside them, the good ones are seen and the bad ones listed', async (t) => {
  const daemon = await startDaemon(t, { env: OFTEN })
  const { wrappers } = daemon.house.paths
  placeHeartbeat(wrappers, { uuid: 'good1' })
  const placed = HOSTILES.filter(({ skip = false }) => skip === false)
  for (const [at, { name, place }] of placed.entries()) {
    await place(join(wrappers, name ?? `heartbeat-${process.pid}-hostile${at}.json`), t)
  }
  placeHeartbeat(wrappers, { uuid: 'good2' })
  const listable = placed.filter(({ listed }) => listed !== undefined).length
  const list = await untilListed(daemon, listable + 2)
  const good = list.filter(({ path }) => /-good\d\.json$/.test(path))
  assert.deepEqual(
    good.map(({ status }) => status),
    ['fresh', 'fresh'],
  )
  for (const { reason } of list) assert.match(reason, /./)
  for (const [at, { name, listed, reason, what }] of placed.entries()) {
    const file = join(wrappers, name ?? `heartbeat-${process.pid}-hostile${at}.json`)
    const found = list.find(({ path }) => path === file)
    assert.equal(found?.status, listed, what)
    if (listed !== undefined) assert.match(found?.reason ?? '', reason, what)
  }
  const failed = (await daemon.events()).filter(({ level }) => level === 'error')
  assert.deepEqual(
    failed.filter(({ message }) => !message.includes('wrappers')),
    [],
  )
})

test(
  'W8: where the watch limit is reached that is said once per folder, and the tick finds wrappers',
  { skip: needs(needsLinux(), needsCommand('strace')) },
  async (t) => {
    const house = makeHouse(t)
    const trace = ['-e', 'trace=inotify_add_watch', '-e', 'inject=inotify_add_watch:error=ENOSPC']
    const under = ['strace', '-f', '-qq', '-o', '/dev/null', '--seccomp-bpf', ...trace]
    const daemon = await startDaemon(t, { house, env: OFTEN, under, anyPid: true })
    const told = await untilTold(daemon, 'watch_failed', { what: house.paths.wrappers })
    assert.match(told.message, /ENOSPC/)
    placeHeartbeat(house.paths.wrappers, { uuid: 'one' })
    await untilCounts(daemon, { fresh: 1, stale: 0, orphan: 0 })
    rmSync(house.paths.wrappers, { recursive: true })
    await untilCounts(daemon, { fresh: 0, stale: 0, orphan: 0 })
    mkdirSync(house.paths.wrappers, { mode: 0o700 })
    placeHeartbeat(house.paths.wrappers, { uuid: 'two' })
    await untilCounts(daemon, { fresh: 1, stale: 0, orphan: 0 })
    const all = (await daemon.events()).filter(({ type }) => type === 'watch_failed')
    assert.equal(new Set(all.map(({ data }) => data['what'])).size, all.length, 'each folder once')
    process.kill(daemon.pid, 'SIGTERM')
    assert.equal((await daemon.program.ended).code, 0)
  },
)

test('W7: presence is not activity: one that tells its last activity lets the house go drowsy', async (t) => {
  const env = { ...OFTEN, CURFEW_DROWSY_AFTER: '500ms', CURFEW_BEDTIME_AFTER: '1h' }
  const daemon = await startDaemon(t, { env })
  const { wrappers } = daemon.house.paths
  const beat = { uuid: 'teller', last_activity: new Date().toISOString() }
  placeHeartbeat(wrappers, beat)
  await untilCounts(daemon, { fresh: 1, stale: 0, orphan: 0 })
  const drowsy = await untilTold(daemon, 'transition', { to: 'DROWSY' })
  assert.equal((await daemon.status()).wrappers.fresh, 1)
  placeHeartbeat(wrappers, { ...beat, last_activity: new Date().toISOString() })
  const woken = await untilTold(daemon, 'transition', { to: 'WAKE' }, drowsy.id)
  assert.match(String(woken.data['why']), /wrapper/)
})

type Counts = Readonly<Record<WrapperView['status'], number>>

async function untilCounts({ house }: TestDaemon, counts: Counts): Promise<void> {
  const what = JSON.stringify(counts)
  await waitFor(
    async () => JSON.stringify((await askHouse(house, 'status', {})).wrappers) === what,
    { what, everyMs: 20 },
  )
}

async function untilListed(daemon: TestDaemon, count: number): Promise<WrapperView[]> {
  let list: WrapperView[] = []
  await waitFor(
    async () => {
      list = await daemon.ask('wrappers')
      return list.length >= count
    },
    { what: `${count} wrappers to be listed`, everyMs: 50 },
  )
  return list
}

/** Watchers begin a little after the first answer: a signal is taken by them alone once they do. */
async function untilWatching({ house }: TestDaemon): Promise<void> {
  await waitFor(
    () => {
      if (!existsSync(house.paths.wakeSignal)) writeFileSync(house.paths.wakeSignal, '')
      return waitFor(() => !existsSync(house.paths.wakeSignal), {
        what: 'the watcher to take a signal',
        timeoutMs: 10_000,
      })
    },
    { what: 'the watcher' },
  )
}
