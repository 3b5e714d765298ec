import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { type EventView } from '../../src/contract/shapes.ts'
import { runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { makeHouse } from '../support/house.ts'
import { SHORT_DAY } from '../support/night.ts'
import type { Program } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

const ALONE = 'curfew: no daemon runs; waiting for the next one (Ctrl-C ends it)\n'

test('events: oldest first for people, newest first as JSON, bounded by --limit, paged by --before', async (t) => {
  const daemon = await startDaemon(t)
  for (let count = 0; count < 5; count += 1) await daemon.ask('reload')
  const { stdout } = await runCurfew(daemon.house, ['events'])
  const types = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/ +/)[1])
  assert.equal(types[0], 'daemon_started')
  assert.deepEqual(
    types.slice(-5),
    Array.from({ length: 5 }, () => 'config_reloaded'),
  )
  const all = Array.from(types, (_, index) => types.length - index)
  assert.deepEqual(await idsOf(daemon.house, ['-n', '1000']), all)
  assert.deepEqual(await idsOf(daemon.house, ['--limit', '2']), all.slice(0, 2))
  assert.deepEqual(await idsOf(daemon.house, ['--limit', '2', '--before', '5']), [4, 3])
  assert.deepEqual(await idsOf(daemon.house, ['--before', '1']), [])
  await daemon.stop()
  assert.deepEqual(
    await idsOf(daemon.house, ['--limit', '2', '--before', '5']),
    [4, 3],
    'the same with no daemon',
  )
})

test('events -f: across a restart, a kill and a stop each event is seen once, in order', async (t) => {
  const house = makeHouse(t)
  const first = await startDaemon(t, { house })
  const follower = startCurfew(t, house, ['events', '-f', '--json'])
  await untilSeen(follower, 1)
  for (let count = 0; count < 5; count += 1) await first.ask('reload')
  assert.equal((await first.stop()).code, 0)
  const second = await startDaemon(t, { house })
  for (let count = 0; count < 5; count += 1) await second.ask('reload')
  await untilSeen(follower, (await second.events()).length)
  await second.kill()
  const third = await startDaemon(t, { house })
  await third.ask('reload')
  const all = await third.events()
  const seen = await untilSeen(follower, all.length)
  assert.deepEqual(seen, all)
})

test('S5: events -f goes on over the night: it says once that nobody is there, starts nobody and loses nothing', async (t) => {
  const house = makeHouse(t)
  await startDaemon(t, { house, env: SHORT_DAY })
  const follower = startCurfew(t, house, ['events', '-f', '--json'])
  await waitFor(() => follower.stderr() !== '', { what: 'a word that nobody is there' })
  assert.equal(existsSync(house.paths.marker), false)
  const next = await startDaemon(t, { house })
  await next.ask('reload')
  const all = await next.events()
  assert.deepEqual(await untilSeen(follower, all.length), all)
  assert.equal(follower.stderr(), ALONE)
})

test('events -f with no daemon: what the store has, that nobody is there, and then the next daemon', async (t) => {
  const daemon = await startDaemon(t)
  await daemon.stop()
  const { house } = daemon
  const follower = startCurfew(t, house, ['events', '-f', '--json'])
  await waitFor(() => follower.stderr() !== '', { what: 'a word that nobody is there' })
  assert.match(follower.stdout(), /daemon_stopped/)
  const next = await startDaemon(t, { house })
  const all = await next.events()
  assert.deepEqual(await untilSeen(follower, all.length), all)
  assert.equal(follower.stderr(), ALONE)
})

test('events -f before there is a home: it makes none, and hears the first daemon from its first word', async (t) => {
  const house = makeHouse(t)
  const follower = startCurfew(t, house, ['events', '-f', '--json'])
  await waitFor(() => follower.stderr() !== '', { what: 'a word that nobody is there' })
  assert.equal(existsSync(house.home), false)
  const first = await startDaemon(t, { house })
  const all = await first.events()
  assert.deepEqual(await untilSeen(follower, all.length), all)
})

test('events -f: Ctrl-C ends it like any program', async (t) => {
  const daemon = await startDaemon(t)
  const follower = startCurfew(t, daemon.house, ['events', '-f'])
  await follower.line('20')
  const { code, signal } = await follower.kill('SIGINT')
  assert.ok(signal === 'SIGINT' || code === 130, `${code} ${signal}`)
  assert.equal(follower.stderr(), '')
})

test('events -f: what happened between reading and listening is not missed', async (t) => {
  const daemon = await startDaemon(t)
  const follower = startCurfew(t, daemon.house, ['events', '-f', '--json'])
  let count = 0
  while (!follower.stdout().includes('config_reloaded') && count < 500) {
    await daemon.ask('reload')
    count += 1
  }
  const all = await daemon.events()
  assert.deepEqual(await untilSeen(follower, all.length), all)
})

async function idsOf(house: Parameters<typeof runJson>[0], args: string[]): Promise<number[]> {
  const { value } = await runJson(house, ['events', '--json', ...args])
  return (value as EventView[]).map(({ id }) => id)
}

async function untilSeen(follower: Program, count: number): Promise<unknown[]> {
  await waitFor(() => follower.lines().length >= count, {
    what: `${count} events, seen ${follower.stdout()}${follower.stderr()}`,
  })
  return follower.lines().map((line): unknown => JSON.parse(line))
}
