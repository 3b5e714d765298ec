import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { bootId } from '../../src/host/identity.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { askHouse, markerText, startDaemon } from '../support/daemon.ts'
import { raceDaemons, type Seed } from '../support/daemon-race.ts'
import { type House, makeHouse } from '../support/house.ts'
import { needs, needsCommand, needsLinux, needsRoot } from '../support/needs.ts'
import { startCommand } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

const NOBODY = 65534
const LONG_AGO = '2020-01-01T00:00:00Z'

const RACES: Record<string, Seed> = {
  'an empty home': () => undefined,
  'a stale marker': (house) => writeMarker(house, { pid: 4_194_000 }),
  'a marker that names the number one of them has': (house, [, , third]) =>
    writeMarker(house, { pid: third }),
}

for (const [name, seed] of Object.entries(RACES)) {
  test(`L2: of eight daemons that start at once in ${name} one wins, the others say who and leave its marker alone`, async (t) => {
    const house = makeHouse(t)
    const { winner, marker } = await raceDaemons(t, house, 8, seed)
    assert.equal((await askHouse(house, 'hello', {})).pid, winner.pid)
    assert.equal(markerText(house), marker)
    assert.equal((await winner.kill('SIGTERM')).code, 0)
  })
}

test('L3: a daemon that was killed never needs an operator: the next start takes over and says so', async (t) => {
  const first = await startDaemon(t)
  await first.kill()
  const second = await startDaemon(t, { house: first.house })
  const taken = await second.event('lock_taken_over')
  assert.match(
    taken.message,
    new RegExp(`took over a dead marker \\(process ${first.pid} on .* is gone`),
  )
})

const NOT_HOLDERS: Record<string, (house: House) => Record<string, unknown>> = {
  'a recycled number': () => ({ pid: process.pid, process_start: '1', boot_id: bootId() }),
  'a number that lives since after the marker': () => ({ pid: process.pid }),
  'the first process of the system': () => ({ pid: 1, started_at: new Date().toISOString() }),
  'an earlier boot': () => ({ pid: process.pid, process_start: '1', boot_id: 'another' }),
  'a date to come': () => ({ pid: process.pid, started_at: '2990-01-01T00:00:00Z' }),
}

for (const [name, fields] of Object.entries(NOT_HOLDERS)) {
  test(`L4: a marker with ${name} does not block a start`, async (t) => {
    const house = makeHouse(t)
    mkdirSync(house.home, { mode: 0o700 })
    writeMarker(house, fields(house))
    const daemon = await startDaemon(t, { house })
    assert.equal(JSON.parse(markerText(house)).pid, daemon.pid)
  })
}

test('L4: a zombie does not block a start', { skip: needsLinux() }, async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  const parent = startCommand(t, 'sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'])
  const pid = Number(await parent.nextLine())
  const state = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8')
  await waitFor(() => /\) Z /.test(state()), { what: 'a child to be a zombie' })
  writeMarker(house, { pid, started_at: new Date().toISOString() })
  const daemon = await startDaemon(t, { house })
  assert.match(state(), /\) Z /)
  assert.equal(JSON.parse(markerText(house)).pid, daemon.pid)
})

test(
  "L4: a number that is root's by now does not block another user",
  { skip: needs(needsRoot(), needsCommand('setpriv')) },
  async (t) => {
    const house = makeHouse(t)
    mkdirSync(house.home, { mode: 0o700 })
    writeMarker(house, { pid: process.pid, started_at: new Date().toISOString() })
    for (const path of [house.folder, house.home, house.paths.marker])
      chownSync(path, NOBODY, NOBODY)
    const under = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
    const daemon = await startDaemon(t, { house, under })
    assert.equal(JSON.parse(markerText(house)).pid, daemon.pid)
  },
)

test('L4: a live process from before a marker of the four old fields is its holder, and is respected', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  const before = writeMarker(house, { pid: process.pid, started_at: new Date().toISOString() })
  const { code, stderr } = await runCurfew(house, ['daemon'])
  assert.equal(code, 5)
  assert.match(stderr, new RegExp(`^curfew: .* already looked after by process ${process.pid} on `))
  assert.equal(markerText(house), before)
})

test('L5: a marker from another host is taken over with a warning that names it', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  writeMarker(house, { pid: process.pid, hostname: 'far.example' })
  const daemon = await startDaemon(t, { house })
  const taken = await daemon.event('lock_taken_over')
  assert.equal(taken.level, 'warn')
  assert.match(taken.message, /foreign marker .*far\.example/)
})

const GARBAGE: Record<string, (path: string, house: House) => void> = {
  'nothing in it': (path) => writeFileSync(path, ''),
  'binary noise': (path) =>
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0, 1, 2, 0x80, 0x1b, 0x5b, 0x41])),
  'half a marker': (path) => writeFileSync(path, '{"pid": 12, "host'),
  'a list': (path) => writeFileSync(path, '[]'),
  'pid true': (path) => writeFileSync(path, JSON.stringify(fieldsOf({ pid: true }))),
  'a pid beyond 2^31': (path) => writeFileSync(path, JSON.stringify(fieldsOf({ pid: 2 ** 40 }))),
  'brackets without end': (path) => writeFileSync(path, '['.repeat(15_000)),
  'ten megabytes': (path) => writeFileSync(path, Buffer.alloc(10 * 1024 * 1024, 0x20)),
  'an empty folder': (path) => mkdirSync(path),
  'a folder with something in it': (path) => mkdirSync(join(path, 'precious'), { recursive: true }),
  'a FIFO': (path) => void execFileSync('mkfifo', [path]),
  'a link to a file elsewhere': (path, { folder }) => {
    writeFileSync(join(folder, 'victim'), 'untouched')
    symlinkSync(join(folder, 'victim'), path)
  },
}

for (const [name, put] of Object.entries(GARBAGE)) {
  test(`L6: a start copes with ${name} in the marker's place`, async (t) => {
    const house = makeHouse(t)
    mkdirSync(house.home, { mode: 0o700 })
    put(house.paths.marker, house)
    const status = await runJson(house, ['status', '--json'])
    assert.partialDeepStrictEqual(status, { code: 0, value: { daemon: { running: false } } })
    const { code, stderr } = await runCurfew(house, ['start'])
    assert.equal(code, 0, stderr)
    assert.match(stderr, /^curfew is awake \(process \d+\)\n$/)
    assert.equal(JSON.parse(markerText(house)).pid, (await askHouse(house, 'hello', {})).pid)
    if (name.includes('link'))
      assert.equal(readFileSync(join(house.folder, 'victim'), 'utf8'), 'untouched')
    if (name.includes('something'))
      assert.ok(readdirSync(house.home).some((each) => each.startsWith('.locked.')))
  })
}

const LOSSES: Record<string, (house: House) => string | undefined> = {
  'its marker gone': ({ paths }) => {
    rmSync(paths.marker)
    return undefined
  },
  'its marker naming somebody else': (house) => {
    rmSync(house.paths.marker)
    return writeMarker(house, { pid: process.pid })
  },
  'its marker overwritten in place': ({ paths }) => {
    writeFileSync(paths.marker, 'mine now')
    return 'mine now'
  },
  'a folder in its marker': ({ paths }) => {
    rmSync(paths.marker)
    mkdirSync(paths.marker)
    return undefined
  },
  'its lock file gone': ({ paths }) => {
    rmSync(paths.lockDatabase)
    return undefined
  },
  'its lock file replaced': ({ paths, home }) => {
    writeFileSync(join(home, 'other'), '')
    renameSync(join(home, 'other'), paths.lockDatabase)
    return undefined
  },
}

for (const [name, lose] of Object.entries(LOSSES)) {
  test(`L7: a daemon that finds ${name} stops in order within a tick`, async (t) => {
    const daemon = await startDaemon(t, { env: { CURFEW_TICK: '200ms' } })
    const { house } = daemon
    const left = lose(house)
    assert.deepEqual(await daemon.program.ended, { code: 0, signal: null })
    const { value } = await runJson(house, ['events', '--json'])
    assert.partialDeepStrictEqual(value, [
      { type: 'daemon_stopped' },
      { type: 'daemon_stopping' },
      { type: 'lock_lost' },
    ])
    if (left !== undefined) assert.equal(markerText(house), left, 'what is not ours stays')
    assert.ok(!readdirSync(house.home).includes('curfew.sock'))
  })
}

test('L7: within a tick also where nothing tells that the lock file went', async (t) => {
  const daemon = await startDaemon(t, { env: { CURFEW_TICK: '300ms' } })
  rmSync(daemon.house.paths.lockDatabase)
  const next = await startDaemon(t, { house: daemon.house })
  assert.equal((await daemon.program.ended).code, 0)
  assert.equal(
    (await next.status()).daemon.pid,
    next.pid,
    "the old one left the new one's socket and marker alone",
  )
  assert.equal(JSON.parse(markerText(next.house)).pid, next.pid)
})

test('L9: after kill -9 nothing has to be cleaned by hand', async (t) => {
  const first = await startDaemon(t)
  const { house } = first
  const names = readdirSync(house.home).sort()
  await first.kill()
  assert.ok(
    readdirSync(house.home).includes('curfew.sock'),
    'the socket of the dead is still there',
  )
  writeFileSync(join(house.home, `.tmp-${first.pid}-0123456789ab`), 'half a file')
  const second = await startDaemon(t, { house })
  assert.deepEqual(readdirSync(house.home).sort(), names)
  assert.equal((await second.stop()).code, 0)
})

function fieldsOf(fields: Record<string, unknown>): Record<string, unknown> {
  return { pid: 1, hostname: os.hostname(), started_at: LONG_AGO, schema_version: 1, ...fields }
}

/** A marker of the four old fields, unless told otherwise. */
function writeMarker(house: House, fields: Record<string, unknown>): string {
  mkdirSync(house.home, { recursive: true, mode: 0o700 })
  const text = JSON.stringify(fieldsOf(fields))
  writeFileSync(house.paths.marker, text, { mode: 0o600 })
  return text
}
