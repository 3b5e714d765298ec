import assert from 'node:assert/strict'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import type { EventView } from '../../src/contract/shapes.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'
import { waitFor } from '../support/wait-for.ts'

const DAMAGES: Record<string, (path: string) => void> = {
  'random bytes over its middle': (path) => overwrite(path, 4096, statSync(path).size - 8192),
  'its head overwritten': (path) => overwrite(path, 0, 100),
  'its end cut off': (path) => truncateSync(path, 5000),
  "another program's file in its place": (path) => writeFileSync(path, 'dear diary\n'.repeat(1000)),
}

for (const [name, damage] of Object.entries(DAMAGES)) {
  test(`J10: a store with ${name} is set aside and said, and the daemon serves`, async (t) => {
    const house = await lived(t)
    damage(house.paths.store)
    const bytes = readFileSync(house.paths.store)
    const daemon = await startDaemon(t, { house, env: { CURFEW_TICK: '100ms' } })
    const said = await daemon.event('store_set_aside')
    assert.equal(said.level, 'error')
    assert.match(said.message, /went on with an empty one/)
    const aside = join(house.home, String(said.data['as']))
    assert.deepEqual(readFileSync(aside), bytes, 'kept as it was')
    assert.equal(statSync(aside).mode & 0o777, 0o600)
    assert.equal((await daemon.stop()).code, 0)
  })
}

test('J10: where there is a sound copy of last night the daemon goes on with that', async (t) => {
  const house = await lived(t)
  copyFileSync(house.paths.store, house.paths.storeBackup)
  const old = await eventsOf(house)
  DAMAGES['its head overwritten']?.(house.paths.store)
  const daemon = await startDaemon(t, { house })
  const said = await daemon.event('store_set_aside')
  assert.match(said.message, /went on with last night's copy/)
  assert.deepEqual((await daemon.events()).slice(0, old.length), old.toReversed())
})

test('J10: where the copy is damaged too, both are kept and an empty store serves', async (t) => {
  const house = await lived(t)
  writeFileSync(house.paths.storeBackup, 'no database either')
  DAMAGES['its head overwritten']?.(house.paths.store)
  const daemon = await startDaemon(t, { house })
  assert.match((await daemon.event('store_set_aside')).message, /went on with an empty one/)
  const kept = readdirSync(house.home).filter((each) => each.startsWith('curfew.db.damaged-'))
  assert.equal(kept.length, 2, kept.join())
})

test('J10: damage that shows while the daemon runs is mended by the loop, and what happened meanwhile is kept', async (t) => {
  const daemon = await startDaemon(t, { env: { CURFEW_TICK: '100ms' } })
  const { house } = daemon
  await daemon.event('daemon_started')
  checkpoint(house)
  overwrite(house.paths.store, 0, statSync(house.paths.store).size)
  daemon.program.child.kill('SIGHUP')
  const events = await waitFor(() => eventsOnceMended(house), { what: 'the store to be mended' })
  const said = events?.find(({ type }) => type === 'store_set_aside')
  assert.ok(existsSync(join(house.home, String(said?.data['as']))))
  const types = events?.map(({ type }) => type) ?? []
  assert.ok(
    types.includes('config_reloaded'),
    `what could not be kept at first is told after all: ${types.join()}`,
  )
  assert.deepEqual((await daemon.status()).warnings, [])
})

test('D4: a store that was in the middle of writing when the daemon was killed opens with all that was told', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  for (let count = 0; count < 30; count += 1) await daemon.ask('reload')
  const told = await daemon.events()
  await daemon.kill()
  assert.ok(existsSync(`${house.paths.store}-wal`), 'what was not yet moved into the database')
  assert.deepEqual(
    (await eventsOf(house)).toReversed().slice(0, told.length),
    told,
    'read with no daemon',
  )
  const next = await startDaemon(t, { house })
  assert.deepEqual((await next.events()).slice(0, told.length), told)
  assert.equal(
    (await next.events()).find(({ type }) => type === 'store_set_aside'),
    undefined,
  )
})

test('a store of a newer curfew is refused in one line and left alone', async (t) => {
  const house = await lived(t)
  const database = new DatabaseSync(house.paths.store)
  database.exec('pragma user_version = 999')
  database.close()
  const bytes = readFileSync(house.paths.store)
  for (const command of ['daemon', 'start', 'events']) {
    const { code, stderr } = await runCurfew(house, [command])
    assert.match(
      stderr,
      /^curfew: store \S+ has schema 999, this curfew knows up to \d+; a newer curfew wrote it: [^\n]+\n$/,
    )
    assert.equal(code, 6, command)
  }
  assert.deepEqual(readFileSync(house.paths.store), bytes)
  assert.equal((await runCurfew(house, ['status'])).code, 0)
})

for (const suffix of ['', '-wal', '-shm']) {
  test(`a link in the place of curfew.db${suffix} is refused, what it leads to is untouched`, async (t) => {
    const house = makeHouse(t)
    mkdirSync(house.home, { mode: 0o700 })
    const victim = join(house.folder, 'victim')
    writeFileSync(victim, 'precious')
    symlinkSync(victim, house.paths.store + suffix)
    const { code, stderr } = await runCurfew(house, ['start'])
    assert.equal(code, 6)
    assert.match(
      stderr,
      /^curfew: store \S+ is not a file of its own \(a link, [^\n]+; move it away\n$/,
    )
    assert.equal(readFileSync(victim, 'utf8'), 'precious')
  })
}

test('doctor says that a store is damaged, also with no daemon', async (t) => {
  const house = await lived(t)
  overwrite(house.paths.store, 0, 100)
  const { code, value } = await runJson(house, ['doctor', '--json'])
  assert.equal(code, 2)
  const { checks } = SHAPES.doctor.parse(value)
  assert.match(
    checks.find(({ name }) => name === 'store')?.why ?? '',
    /not a database|malformed|damaged/,
  )
})

async function eventsOnceMended(house: House): Promise<EventView[] | undefined> {
  const result = await callDaemon('events', {}, { socket: house.paths.socket })
  const events = result.kind === 'ok' ? result.value : []
  return events.some(({ type }) => type === 'store_set_aside') ? events : undefined
}

/** A house in which a daemon has lived and left in order. */
async function lived(t: TestContext): Promise<House> {
  const daemon = await startDaemon(t)
  for (let count = 0; count < 20; count += 1) await daemon.ask('reload')
  await daemon.stop()
  return daemon.house
}

async function eventsOf(house: House): Promise<unknown[]> {
  const { code, value } = await runJson(house, ['events', '--json', '--limit', '1000'])
  assert.equal(code, 0)
  return SHAPES.events.parse(value)
}

function overwrite(path: string, from: number, length: number): void {
  const noise = Buffer.from(Array.from({ length }, (_, index) => (index * 167 + 13) % 251))
  const fd = openSync(path, 'r+')
  writeSync(fd, noise, 0, noise.length, Math.floor(from))
  closeSync(fd)
}

/** Moves all that was written into the database itself, so that overwriting it hurts. */
function checkpoint(house: House): void {
  const database = new DatabaseSync(house.paths.store)
  database.exec('pragma wal_checkpoint(truncate)')
  database.close()
}
