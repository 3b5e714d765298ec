import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { startDaemon, type TestDaemon } from '../support/daemon.ts'
import { placeHeartbeat } from '../support/heartbeats.ts'
import { type House, makeHouse } from '../support/house.ts'
import { needs, needsCommand, needsRoot } from '../support/needs.ts'
import { startCommand } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

const NIGHT_S = 8 * 3_600
const SETTINGS = { CURFEW_TICK: '100ms', CURFEW_STALE_AFTER: '1h', CURFEW_SYSTEM_IDLE: 'false' }
const asRoot = { skip: needs(needsRoot(), needsCommand('unshare')) }

test(
  'W6, S1: the boot clock jumps under a running daemon: it tells that the machine slept, and doubts nobody',
  asRoot,
  async (t) => {
    const house = makeHouse(t)
    attendedBySleeper(t, house)
    const uptime = join(house.folder, 'uptime')
    writeFileSync(uptime, readFileSync('/proc/uptime', 'utf8'))
    const bind = 'mount --bind "$0" /proc/uptime && exec "$@"'
    const daemon = await startDaemon(t, {
      house,
      env: SETTINGS,
      under: ['unshare', '--mount', 'sh', '-c', bind, uptime],
    })
    await untilFresh(daemon)
    const [boot = ''] = readFileSync(uptime, 'utf8').split(' ')
    writeFileSync(uptime, `${Number(boot) + NIGHT_S} 0\n`)
    const slept = await daemon.event('machine_slept')
    assert.ok(Math.abs(Number(slept.data['forMs']) - NIGHT_S * 1000) < 60_000, slept.message)
    await nobodyIsDoubted(daemon)
  },
)

test(
  'W6, S1: a daemon that finds the boot clock hours ahead of the one before it doubts nobody',
  asRoot,
  async (t) => {
    const house = makeHouse(t)
    const before = await startDaemon(t, { house, env: SETTINGS })
    attendedBySleeper(t, house)
    await untilFresh(before)
    await before.kill()
    const inside = ['unshare', '--time', '--boottime', String(NIGHT_S)]
    const daemon = await startDaemon(t, { house, env: SETTINGS, under: inside })
    await nobodyIsDoubted(daemon)
  },
)

function attendedBySleeper(t: TestContext, { paths }: House): void {
  mkdirSync(paths.wrappers, { recursive: true, mode: 0o700 })
  placeHeartbeat(paths.wrappers, { pid: startCommand(t, 'sleep', ['600']).pid })
}

async function untilFresh(daemon: TestDaemon): Promise<void> {
  await waitFor(async () => (await daemon.status()).wrappers.fresh === 1, { what: 'the wrapper' })
}

/** Some turns later it is as awake as it was. */
async function nobodyIsDoubted(daemon: TestDaemon): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await daemon.ask('reload')
  const { state, wrappers, warnings } = await daemon.status()
  assert.deepEqual({ state, ...wrappers }, { state: 'WAKE', fresh: 1, stale: 0, orphan: 0 })
  assert.deepEqual(warnings, [])
  const types = (await daemon.events()).map(({ type }) => type)
  assert.ok(!types.includes('wrapper_changed') && !types.includes('wrapper_left'), types.join(' '))
}
