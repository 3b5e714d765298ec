import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { test } from 'node:test'
import { bootId } from '../../src/host/identity.ts'
import { askHouse } from '../support/daemon.ts'
import { raceDaemons, type Seed } from '../support/daemon-race.ts'
import { type House, makeHouse } from '../support/house.ts'
import { rounds } from '../support/rounds.ts'

const ROUNDS = rounds(40)
const DAEMONS = 8

/** What each round finds, in turn. */
const SITUATIONS: Record<string, Seed> = {
  'an empty home': (house) => rmSync(house.home, { recursive: true, force: true }),
  'a stale marker': (house) => writeMarker(house, { pid: 4_194_000 }),
  'a recycled number': (house) =>
    writeMarker(house, { pid: process.pid, process_start: '1', boot_id: bootId() }),
  'one of their own numbers': (house, pids) =>
    writeMarker(house, { pid: pids[2], process_start: '1', boot_id: bootId() }),
  'another host': (house) => writeMarker(house, { pid: process.pid, hostname: 'elsewhere' }),
}

test(`L2: ${ROUNDS} cold starts of ${DAEMONS} daemons: one winner each time, the others exit 5 and say who`, async (t) => {
  const names = Object.keys(SITUATIONS)
  let exactlyOne = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const house = makeHouse(t)
    const seed = SITUATIONS[names[round % names.length] ?? '']
    assert.ok(seed)
    const { winner } = await raceDaemons(t, house, DAEMONS, seed)
    assert.equal((await askHouse(house, 'hello', {})).pid, winner.pid)
    assert.equal((await winner.kill('SIGTERM')).code, 0)
    const left = readdirSync(house.home).filter((name) => /^\.(?:tmp|s\d|locked)/.test(name))
    assert.deepEqual(left, [], 'nothing is left over')
    exactlyOne += 1
  }
  t.diagnostic(`${exactlyOne} of ${ROUNDS} rounds had exactly one winner`)
  assert.equal(exactlyOne, ROUNDS)
})

function writeMarker(house: House, fields: Record<string, unknown>): void {
  mkdirSync(house.home, { recursive: true, mode: 0o700 })
  const old = {
    pid: 1,
    hostname: os.hostname(),
    started_at: '2020-01-01T00:00:00Z',
    schema_version: 1,
  }
  writeFileSync(house.paths.marker, JSON.stringify({ ...old, ...fields }), { mode: 0o600 })
}
