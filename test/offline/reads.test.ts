import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { test } from 'node:test'
import { SHAPES } from '../../src/formats/shapes.ts'
import { type CliOptions, runCurfew, runJson } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { makeHouse } from '../support/house.ts'

const READS = [
  ['status'],
  ['events'],
  ['doctor'],
  ['paths'],
  ['config'],
  ['config', 'check'],
  ['schema'],
  ['jobs'],
  ['group'],
  ['group', 'list'],
  ['force-unlock'],
]

test('reads work with no daemon and no home: exit 0, nothing is made', async (t) => {
  const house = makeHouse(t)
  for (const args of READS) {
    const { code, stderr } = await runCurfew(house, args)
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`)
    assert.equal(existsSync(house.home), false, args.join(' '))
  }
  assert.deepEqual((await runJson(house, ['events', '--json'])).value, [])
  assert.partialDeepStrictEqual((await runJson(house, ['status', '--json'])).value, {
    state: 'ASLEEP',
    daemon: { running: false, pid: null },
  })
})

test('after an orderly stop reads tell the last known state and that no daemon runs', async (t) => {
  const daemon = await startDaemon(t)
  const events = await daemon.events()
  await daemon.stop()
  const { code, value } = await runJson(daemon.house, ['status', '--json'])
  const status = SHAPES.status.parse(value)
  assert.equal(code, 0)
  assert.partialDeepStrictEqual(status, { state: 'WAKE', daemon: { running: false, pid: null } })
  assert.match(status.reason, /no daemon runs/)
  const listed = SHAPES.events.parse((await runJson(daemon.house, ['events', '--json'])).value)
  assert.deepEqual(listed.toReversed().slice(0, events.length), events)
  assert.match((await runCurfew(daemon.house, ['status'])).stdout, /^ {2}daemon +none runs$/m)
})

test('after kill -9 reads say which process it was, and see all that it had told', async (t) => {
  const daemon = await startDaemon(t)
  await daemon.ask('reload')
  await daemon.event('config_reloaded')
  await daemon.kill()
  const before = readdirSync(daemon.house.home).sort()
  const { code, value } = await runJson(daemon.house, ['status', '--json'])
  assert.equal(code, 0)
  assert.match(SHAPES.status.parse(value).reason, new RegExp(`process ${daemon.pid}\\) was killed`))
  const { stdout } = await runCurfew(daemon.house, ['events'])
  assert.match(stdout, /config_reloaded/)
  assert.equal((await runCurfew(daemon.house, ['doctor'])).code, 0)
  assert.deepEqual(readdirSync(daemon.house.home).sort(), before, 'reading changed nothing')
})

test('what lies in lifecycle.json is not trusted', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  for (const text of [
    '',
    '{',
    '[]',
    '{"state": "PARTY"}',
    `{"state": "${'x'.repeat(100_000)}"}`,
    '\u0000\u00ff',
  ]) {
    writeFileSync(house.paths.lifecycle, text)
    const { code, value } = await runJson(house, ['status', '--json'])
    assert.equal(code, 0)
    assert.equal(SHAPES.status.parse(value).daemon.running, false)
  }
})

test('reads start no daemon, also where autostart is allowed', async (t) => {
  const daemon = await startDaemon(t)
  await daemon.stop()
  for (const args of READS) await runCurfew(daemon.house, args)
  assert.equal(existsSync(daemon.house.paths.socket), false)
  assert.equal(existsSync(daemon.house.paths.marker), false)
})

test('a home that may only be read can still be looked at', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  await daemon.stop()
  const options = onlyReadable(house.folder, house.home)
  const status = await runCurfew(house, ['status'], options)
  assert.equal(status.code, 0, status.stderr)
  const events = await runCurfew(house, ['events'], options)
  assert.equal(events.code, 0, events.stderr)
  assert.match(events.stdout, /daemon_stopped/)
  chmodSync(house.home, 0o700)
})

/** Root may write everywhere: there somebody else looks. */
function onlyReadable(folder: string, home: string): CliOptions {
  if (process.getuid?.() === 0) {
    for (const name of ['', ...readdirSync(home, { recursive: true, encoding: 'utf8' })])
      chownSync(`${home}/${name}`, 65534, 65534)
    chownSync(folder, 65534, 65534)
  }
  chmodSync(home, 0o500)
  return process.getuid?.() === 0
    ? { under: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] }
    : {}
}

test('a store that cannot be used is exit 6 and a word what to do, one that is still empty is none', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  const reads = [['jobs'], ['job', '1'], ['logs', '1'], ['wait', '1'], ['followups'], ['events']]
  const tryAll = async (what: RegExp): Promise<void> => {
    for (const args of reads) {
      const { code, stderr } = await runCurfew(house, args)
      assert.equal(code, 6, `${args.join(' ')}: ${stderr}`)
      assert.match(stderr, what)
    }
    const doctor = await runCurfew(house, ['doctor'])
    assert.equal(doctor.code, 2)
    assert.match(doctor.stdout, /^fail +store /m)
    assert.match(doctor.stdout, what)
  }
  writeFileSync(house.paths.store, 'no database '.repeat(1000), { mode: 0o600 })
  await tryAll(/file is not a database(?:; |\n +→ )`curfew start` sets a damaged one aside/)
  rmSync(house.paths.store)
  mkdirSync(house.paths.store, { mode: 0o700 })
  await tryAll(/is not a file of its own \(.*\)(?:; |\n +→ )move it away/)
  rmSync(house.paths.store, { recursive: true })
  writeFileSync(house.paths.store, '', { mode: 0o600 })
  assert.equal((await runCurfew(house, ['jobs'])).code, 0)
  assert.equal((await runCurfew(house, ['doctor'])).code, 0)
})
