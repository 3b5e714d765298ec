import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { runCurfew, startCurfew } from '../support/cli.ts'
import { askHouse, startDaemon, type TestDaemon } from '../support/daemon.ts'
import type { House } from '../support/house.ts'
import { waitFor } from '../support/wait-for.ts'

const STOPPED = 'curfew: the daemon was stopped; the command goes on, and nothing is held\n'

test('S3: a hold whose daemon was stopped says so once, starts none, and holds again with the next', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  const holder = await hold(t, daemon)
  assert.equal((await runCurfew(house, ['stop'])).code, 0)
  await waitFor(() => holder.stderr() !== '', { what: 'a word that it was stopped' })
  assert.equal(existsSync(house.paths.marker), false)
  const next = await startDaemon(t, { house })
  await untilHeld(house)
  assert.equal((await next.status()).daemon.pid, next.pid)
  holder.send('go on')
  assert.deepEqual(await holder.ended, { code: 7, signal: null })
  assert.equal(holder.stderr(), STOPPED)
})

test('S3: a hold whose daemon died or was restarted holds again, without a word', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  const holder = await hold(t, daemon)
  await daemon.kill()
  await waitFor(() => existsSync(house.paths.socket), { what: 'a new daemon' })
  await untilHeld(house)
  assert.equal((await runCurfew(house, ['restart'])).code, 0)
  await untilHeld(house)
  holder.send('go on')
  assert.deepEqual(await holder.ended, { code: 7, signal: null })
  assert.equal(holder.stderr(), '')
})

async function hold(t: TestContext, { house }: TestDaemon) {
  const command = ['sh', '-c', 'echo begun; read x; exit 7']
  const holder = startCurfew(t, house, ['hold', '--', ...command])
  await holder.line('begun')
  return holder
}

async function untilHeld(house: House): Promise<void> {
  const isHeld = async (): Promise<boolean> =>
    (await askHouse(house, 'status', {})).holds.some(({ what }) => what === 'hold')
  await waitFor(() => isHeld().catch(() => false), { what: 'the hold' })
}
