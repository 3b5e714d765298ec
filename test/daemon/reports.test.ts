import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from '../../src/index.ts'
import { lookAt } from '../../src/host/identity.ts'
import { onEnd } from '../support/cleaning.ts'
import { runCurfew, startCurfew } from '../support/cli.ts'
import { startDaemon, type TestDaemon } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'
import { configure, SOON_IN_BED, untilIn, untilTold } from '../support/night.ts'
import { putReport, reportNames } from '../support/reports.ts'
import { ask } from '../support/raw-http.ts'
import { waitFor } from '../support/wait-for.ts'

/** Whatever is seen is seen by the watcher: the tick never comes. */
const NO_TICK = { CURFEW_TICK: '24h', CURFEW_SYSTEM_IDLE: 'false' }
const OFTEN = { CURFEW_TICK: '100ms', CURFEW_SYSTEM_IDLE: 'false' }
/** No process has this pid: it is beyond what a kernel gives. */
const NOBODY = 2 ** 22 + 7
const PATIENT = [
  'report',
  'run',
  '--tool',
  'patient',
  '--',
  'sh',
  '-c',
  'echo begun; read x; echo "$x"',
]

/** The same process, whoever asks. */
function ownStart(): string {
  const look = lookAt(process.pid)
  return look.state === 'alive' ? look.processStart : ''
}

function foreignFolder(house: House): string {
  const folder = join(house.folder, 'foreign')
  mkdirSync(folder)
  return folder
}

/** A report that is written over and over until the watcher has woken somebody to see it. */
async function untilWatching(daemon: TestDaemon): Promise<void> {
  await waitFor(
    async () => {
      putReport(daemon.house.paths.reports, 'probe', { state: 'succeeded', tool: 'probe' })
      return (await daemon.events()).some(({ type }) => type === 'report_finished')
    },
    { what: 'the reports to be watched', everyMs: 100 },
  )
}

test('R5, R6: begun, a unit, finished, and a program that was killed: told at once, with no tick', async (t) => {
  const daemon = await startDaemon(t, { env: NO_TICK })
  await untilWatching(daemon)
  const args = ['report', 'run', '--tool', 'made', '--unit-prefix', 'ok ', '--total', '2', '--']
  const made = startCurfew(t, daemon.house, [...args, 'sh', '-c', 'echo ok a; read x; exit 3'])
  const begun = await untilTold(daemon, 'report_started', { tool: 'made' })
  const unit = await untilTold(daemon, 'report_unit', { tool: 'made' }, begun.id)
  assert.match(unit.message, /^report \S+ \(made\) has done 1 of 2: a$/)
  assert.deepEqual((await daemon.status()).reports, { running: 1, wedged: 0, orphaned: 0 })
  made.send('go')
  assert.equal((await made.ended).code, 3)
  const ended = await untilTold(daemon, 'report_finished', { tool: 'made' }, begun.id)
  assert.match(ended.message, /^report \S+ \(made\) failed with exit code 3/)
  assert.deepEqual((await daemon.status()).reports, { running: 0, wedged: 0, orphaned: 0 })
  const patient = startCurfew(t, daemon.house, PATIENT)
  const running = await untilTold(daemon, 'report_started', { tool: 'patient' })
  await patient.kill()
  await untilTold(daemon, 'report_orphaned', { tool: 'patient' }, running.id)
})

test('S3: a running report holds BEDTIME off and is named; an orphaned one does not', async (t) => {
  const daemon = await startDaemon(t, { env: SOON_IN_BED })
  const patient = startCurfew(t, daemon.house, PATIENT)
  await patient.line('begun')
  await waitFor(async () => (await daemon.status()).state === 'DROWSY', { what: 'DROWSY' })
  await waitFor(
    async () => {
      const { holds } = await daemon.status()
      return holds.some(({ what, why }) => what === 'reports' && why === '1 running')
    },
    { what: 'the report to be named' },
  )
  const drowsyAt = Date.now()
  await waitFor(() => Date.now() - drowsyAt > 1_500, { what: 'longer than bedtimeAfter' })
  assert.equal((await daemon.status()).state, 'DROWSY')
  const [running] = await daemon.ask('reports')
  process.kill(running?.pid ?? 0, 'SIGKILL')
  await daemon.event('report_orphaned')
  await untilIn(daemon, 'BEDTIME')
})

test('S3: with reportsHold off a running report holds nothing off', async (t) => {
  const env = { ...SOON_IN_BED, CURFEW_REPORTS_HOLD: 'false' }
  const daemon = await startDaemon(t, { env })
  const patient = startCurfew(t, daemon.house, PATIENT)
  await patient.line('begun')
  await untilIn(daemon, 'BEDTIME')
  assert.equal((await daemon.status()).reports.running, 1)
})

test('R6: orphaned once said stays said, in a folder that is only read and over restarts of the daemon', async (t) => {
  const house = makeHouse(t)
  const foreign = foreignFolder(house)
  const env = { ...OFTEN, CURFEW_REPORT_DIRS: JSON.stringify([foreign]) }
  const started = new Date(Date.now() - 60_000).toISOString()
  putReport(foreign, 'theirs', { started_at: started, pid: NOBODY })
  putReport(foreign, 'recycled', { started_at: started, process_start: '1' })
  const first = await startDaemon(t, { house, env })
  await untilTold(first, 'report_orphaned', { report: 'theirs' })
  await untilTold(first, 'report_orphaned', { report: 'recycled' })
  // From now on the file names a process that lives.
  putReport(foreign, 'theirs', { started_at: started, process_start: ownStart() })
  assert.partialDeepStrictEqual(await first.ask('report', { id: 'theirs' }), ORPHANED)
  await first.kill()
  const alone = await runCurfew(house, ['report', 'show', 'theirs', '--json'], { env })
  assert.partialDeepStrictEqual(JSON.parse(alone.stdout), ORPHANED, 'with no daemon too')
  const second = await startDaemon(t, { house, env })
  assert.partialDeepStrictEqual(await second.ask('report', { id: 'theirs' }), ORPHANED)
  const orphaned = (await second.events()).filter(({ type }) => type === 'report_orphaned')
  assert.equal(orphaned.length, 2, 'told once each')
  putReport(foreign, 'theirs', { process_start: ownStart() })
  const anew = await second.ask('report', { id: 'theirs' })
  assert.partialDeepStrictEqual(anew, { is_alive: true, orphaned: false }, 'begun anew')
  assert.deepEqual(readdirSync(foreign).toSorted(), ['recycled.json', 'theirs.json'])
})

const ORPHANED = { state: 'running', is_alive: false, orphaned: true, activity: null }

test('R5: quiet and wedged are told apart', async (t) => {
  const daemon = await startDaemon(t, { env: { ...OFTEN, CURFEW_STALE_AFTER: '4s' } })
  const { reports } = daemon.house.paths
  const long = new Date(Date.now() - 3_600_000).toISOString()
  const self = { process_start: ownStart(), started_at: long, last_line_at: long }
  putReport(reports, 'wedged', { ...self, updated_at: long })
  const refresh = (): void => void putReport(reports, 'quiet', self)
  refresh()
  const timer = setInterval(refresh, 100)
  onEnd(t, () => clearInterval(timer))
  const activities = async (): Promise<string> => {
    const found = await daemon.ask('reports')
    return found
      .map(({ task_id, activity }) => `${task_id}:${activity}`)
      .toSorted()
      .join(' ')
  }
  const both = 'quiet:quiet wedged:wedged'
  await waitFor(async () => (await activities()) === both, { what: both, everyMs: 50 })
  const { stdout } = await runCurfew(daemon.house, ['reports'])
  assert.match(stdout, /^quiet +quiet for 1 h /m)
  assert.match(stdout, /^wedged +wedged for 1 h /m)
  const shown = await runCurfew(daemon.house, ['report', 'show', 'quiet'])
  assert.match(shown.stdout, /running, quiet for 1 h.*: the program is there, but prints nothing/)
})

test('R5: reportDirs takes effect when it is saved; what lies there is read in either spelling and never removed', async (t) => {
  const daemon = await startDaemon(t, { env: OFTEN })
  const { house } = daemon
  const foreign = foreignFolder(house)
  const older = {
    units_completed: undefined,
    stacks_completed: 2,
    stacks_total: 5,
    last_stack: 'vpc',
  }
  putReport(foreign, 'old-spelling', { ...older, process_start: ownStart(), task_id: '../../evil' })
  for (let count = 0; count < 4; count += 1)
    putReport(foreign, `done-${count}`, { state: 'failed' })
  assert.deepEqual(await daemon.ask('reports'), [])
  configure(house, { reportDirs: [foreign], reportsKept: 1 })
  await daemon.event('config_reloaded')
  const shown = await daemon.ask('report', { id: 'old-spelling' })
  const units = { units_completed: 2, units_total: 5, last_unit: 'vpc', is_alive: true }
  assert.partialDeepStrictEqual(shown, { task_id: 'old-spelling', ...units })
  assert.equal(shown.log_path, join(foreign, 'old-spelling.log'))
  assert.equal((await daemon.ask('reports')).length, 5)
  await daemon.ask('report_prune', { keep: 0 })
  await daemon.ask('run_chore', { name: 'retention' })
  await daemon.event('chore_ended')
  assert.equal(readdirSync(foreign).length, 5)
  configure(house, {})
  await waitFor(async () => (await daemon.ask('reports')).length === 0, {
    what: 'it to be left alone',
  })
})

test('R5: the night keeps the newest that have ended, and whatever runs', async (t) => {
  const daemon = await startDaemon(t, { env: { ...OFTEN, CURFEW_REPORTS_KEPT: '2' } })
  const { reports } = daemon.house.paths
  for (let count = 0; count < 6; count += 1) {
    putReport(reports, `done-${count}`, { state: 'succeeded' })
    writeFileSync(join(reports, `done-${count}.log`), '')
  }
  for (let count = 0; count < 3; count += 1) {
    putReport(reports, `running-${count}`, { process_start: ownStart() })
  }
  await daemon.ask('run_chore', { name: 'retention' })
  const told = await daemon.event('reports_forgotten')
  assert.equal(told.message, 'forgot 4 ended reports: the newest 2 are kept')
  assert.equal(reportNames(daemon.house.home).length, 5)
  assert.equal(reportNames(daemon.house.home, '.log').length, 2)
  assert.equal((await daemon.event('chore_ended')).data['outcome'], 'succeeded')
})

test('R5: hundreds at once are listed, and counted in the events', async (t) => {
  const daemon = await startDaemon(t, { env: OFTEN })
  for (let count = 0; count < 300; count += 1) {
    const startedMs = Date.now() - count * 1_000
    const started_at = new Date(startedMs).toISOString()
    putReport(daemon.house.paths.reports, `r${count}`, { process_start: ownStart(), started_at })
  }
  await waitFor(async () => (await daemon.status()).reports.running === 300, {
    what: 'all of them',
  })
  const told = (await daemon.events()).filter(({ type }) => type.startsWith('report'))
  assert.ok(told.length > 0 && told.length <= 52, `${told.length} events`)
  const pages = [await daemon.ask('reports', { limit: 10 })]
  pages.push(await daemon.ask('reports', { limit: 2, before: 'r9' }))
  assert.deepEqual(
    pages.map((page) => page.map(({ task_id }) => task_id).join(' ')),
    ['r0 r1 r2 r3 r4 r5 r6 r7 r8 r9', 'r10 r11'],
  )
})

test('R3: what names no report is refused on every way in, and touches nothing', async (t) => {
  const daemon = await startDaemon(t, { env: OFTEN })
  const { house } = daemon
  putReport(house.home, 'outside', {})
  writeFileSync(join(house.home, 'outside.log'), 'secret\n')
  const library = connect({ home: house.home })
  const bad = [
    '../outside',
    '..',
    '.',
    '',
    '/etc/passwd',
    'a/b',
    '..%2Foutside',
    'a\0b',
    '.x',
    '-x',
  ]
  for (const id of bad) {
    const shown = JSON.stringify(id)
    for (const read of [() => library.report(id), () => library.reportTail(id)]) {
      await assert.rejects(read, /expected the id of a report/, shown)
    }
    await assert.rejects(library.reports({ before: id }), /expected the id of a report/, shown)
  }
  for (const id of ['../outside', '-x']) {
    for (const args of [
      ['report', 'show', '--', id],
      ['report', 'tail', '--', id],
      ['reports', `--before=${id}`],
    ]) {
      const { code, stdout } = await runCurfew(house, args)
      assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    }
  }
  for (const path of ['/v1/report?id=../outside', '/v1/report/tail?id=..%2Foutside']) {
    assert.equal((await ask(house.paths.socket, path)).status, 400, path)
  }
  assert.ok(existsSync(join(house.home, 'outside.json')))
})

test('R4: the library lists, shows, tails and prunes', async (t) => {
  const daemon = await startDaemon(t, { env: OFTEN })
  const { house } = daemon
  const library = connect({ home: house.home })
  await runCurfew(house, ['report', 'run', '--tool', 'one', '--', 'sh', '-c', 'echo a; echo b >&2'])
  await runCurfew(house, ['report', 'run', '--tool', 'two', '--', 'false'])
  const found = await library.reports()
  assert.deepEqual(
    found?.map(({ tool, state, exit_code }) => [tool, state, exit_code]),
    [
      ['two', 'failed', 1],
      ['one', 'succeeded', 0],
    ],
  )
  const [one] = (await library.reports({ tool: 'one' })) ?? []
  const id = one?.task_id ?? ''
  assert.deepEqual(await library.report(id), one)
  const tail = await library.reportTail(id, 1)
  assert.deepEqual(tail, { task_id: id, text: '[stderr] b\n', bytes: 22 })
  const { removed } = await library.pruneReports(1)
  assert.deepEqual(removed, [id])
  await assert.rejects(library.report(id), /there is no report/)
})
