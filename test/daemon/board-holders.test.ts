import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startCurfew } from '../support/cli.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { heartbeatIn } from '../support/heartbeats.ts'
import type { House } from '../support/house.ts'

const LIST = 'garden'
const OFTEN = { CURFEW_TICK: '100ms', CURFEW_SYSTEM_IDLE: 'false' }
const LEFT = /task 1 is free again, "ann" had it: the process of its wrapper is gone/

test('T3: what a wrapper holds is free at once when its process was killed', async (t) => {
  const daemon = await startDaemon(t, { env: OFTEN })
  const kill = await claimInWrapper(t, daemon.house)
  kill()
  assert.match((await daemon.event('task_freed')).message, LEFT)
  await isFree(daemon.house)
})

test('T3: what a wrapper held that died while no daemon ran is free with the next', async (t) => {
  const first = await startDaemon(t, { env: OFTEN })
  const { house } = first
  const kill = await claimInWrapper(t, house)
  await first.kill()
  kill()
  const second = await startDaemon(t, { house, env: OFTEN })
  assert.match((await second.event('task_freed')).message, LEFT)
  await isFree(house)
})

/** Gives what kills both the program and what attends it. */
async function claimInWrapper(t: TestContext, house: House): Promise<() => void> {
  const line = 'echo wrapper=$CURFEW_WRAPPER; read x'
  const worker = startCurfew(t, house, ['attend', '--', 'sh', '-c', line])
  const wrapper = (await worker.line('wrapper=')).slice('wrapper='.length)
  await askHouse(house, 'task_add', { list: LIST, tasks: [{ subject: 'a' }] })
  const claim = await askHouse(house, 'task_claim', { list: LIST, as: 'ann', wrapper })
  assert.ok(claim.kind === 'ok' && claim.task.wrapper === wrapper)
  const pid = Number(heartbeatIn(house.home)['pid'])
  return () => {
    worker.child.kill('SIGKILL')
    process.kill(pid, 'SIGKILL')
  }
}

async function isFree(house: House): Promise<void> {
  const [task] = await askHouse(house, 'task', { list: LIST, ids: [1] })
  assert.deepEqual([task?.status, task?.owner, task?.wrapper], ['pending', null, null])
}
