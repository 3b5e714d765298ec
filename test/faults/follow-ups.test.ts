import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { FollowUpView } from '../../src/contract/follow-ups.ts'
import { askHouse, startDaemon, type TestDaemon } from '../support/daemon.ts'
import { submit, untilEnded } from '../support/daemon-jobs.ts'
import { listenForHooks } from '../support/hook-server.ts'
import { type House, makeHouse } from '../support/house.ts'
import { rounds } from '../support/rounds.ts'
import { waitFor } from '../support/wait-for.ts'

const QUICK = {
  CURFEW_FOLLOW_UP_FROM: '50ms',
  CURFEW_FOLLOW_UP_TO: '100ms',
  CURFEW_FOLLOW_UP_TRIES: '1000',
}
const AT_ONCE = 5
const KILLS = AT_ONCE * rounds(4)

/** Steps of a delivery, each said by the receiver or to be seen from outside. */
const STEPS = {
  'as soon as the job has ended': async (house: House) => {
    await waitFor(
      async () => (await askHouse(house, 'jobs', {})).some(({ status }) => status === 'succeeded'),
      { what: 'the end' },
    )
  },
  'while it is being told': async (house: House) => {
    await waitFor(() => linesOf(house, 'began').length > 0, { what: 'the receiver to begin' })
  },
  'when it was heard': async (house: House) => {
    await waitFor(() => linesOf(house, 'heard').length > 0, { what: 'the receiver to have heard' })
  },
}

for (const [step, reached] of Object.entries(STEPS)) {
  test(`F1: the daemon is killed ${step}, ${KILLS} times: all is told, not more often than there were kills`, async (t) => {
    for (let round = 0; round < KILLS; round += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => playRound(t, reached)))
    }
  })
}

test(`F1: the receiver is killed while it is told, ${KILLS} times: it is told again until it has heard`, async (t) => {
  const house = makeHouse(t)
  writeFileSync(join(house.folder, 'receiver.sh'), RECEIVER)
  const env = {
    ...QUICK,
    CURFEW_FOLLOW_UP_COMMAND: JSON.stringify([
      'sh',
      '-c',
      'echo $$ >> pids; [ "$(wc -l < pids)" -gt 20 ] || kill -9 $$; sh receiver.sh "$0"',
      '{ids}',
    ]),
  }
  const daemon = await startDaemon(t, { house, env })
  await submit(house, 'true', { session: 's' })
  await untilDelivered(house, 1)
  assert.equal(
    readFileSync(join(house.folder, 'pids'), 'utf8').trim().split('\n').length,
    KILLS + 1,
  )
  assert.equal(linesOf(house, 'heard').length, 1)
  assert.equal((await daemon.status()).followups.pending, 0)
})

test('F1, F4: a thousand jobs of ten sessions, the daemon killed twice meanwhile: each is told, none after it was heard', async (t) => {
  const hook = await listenForHooks(t, [200, 500, 200, 503, 204])
  const house = makeHouse(t)
  const env = { ...QUICK, CURFEW_FOLLOW_UP_WEBHOOK: hook.address }
  let daemon: TestDaemon = await startDaemon(t, { house, env })
  const ids: number[] = []
  for (let at = 0; at < 1_000; at += 1) {
    ids.push(await submit(house, ['true'], { session: `s${at % 10}` }))
    if (at !== 400 && at !== 800) continue
    await daemon.kill()
    daemon = await startDaemon(t, { house, env })
  }
  await untilEnded(house, ids, 120_000)
  await waitFor(async () => (await daemon.status()).followups.pending === 0, {
    what: 'all to be told',
  })
  const bodies = hook.heard.map((body) => JSON.parse(body) as { followups: FollowUpView[] })
  const told = bodies.flatMap(({ followups }) => followups.map(({ job }) => job))
  assert.equal(new Set(told).size, ids.length, 'each was told')
  for (const { followups } of bodies) {
    const order = followups.map(({ id }) => id)
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
      'the older first',
    )
  }
  t.diagnostic(`${bodies.length} deliveries for ${ids.length} jobs`)
  assert.ok(bodies.length < ids.length, 'those that ended together were told together')
})

/** What hears the follow-ups of these tests: it says when it begins, and when it has heard. */
const RECEIVER = `
cat > /dev/null
echo "$1" >> began
echo "$1" >> heard
`

function linesOf({ folder }: House, name: string): string[] {
  const path = join(folder, name)
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : []
}

async function untilDelivered(house: House, count: number): Promise<void> {
  await waitFor(
    async () => (await askHouse(house, 'followups', { state: 'delivered' })).length >= count,
    {
      what: `${count} follow-ups to be delivered`,
    },
  )
}

async function playRound(t: TestContext, reached: (house: House) => Promise<void>): Promise<void> {
  const house = makeHouse(t)
  writeFileSync(join(house.folder, 'receiver.sh'), RECEIVER)
  const env = {
    ...QUICK,
    CURFEW_FOLLOW_UP_COMMAND: JSON.stringify(['sh', 'receiver.sh', '{ids}']),
  }
  const first = await startDaemon(t, { house, env })
  const id = await submit(house, 'true', { session: 's' })
  await reached(house)
  await first.kill()
  const next = await startDaemon(t, { house, env })
  await untilDelivered(house, 1)
  const heard = linesOf(house, 'heard')
  assert.ok(heard.length >= 1 && heard.length <= 2, heard.join())
  assert.equal(new Set(heard).size, 1, 'always the same id')
  const [told] = await askHouse(house, 'followups', { state: 'delivered' })
  assert.deepEqual([told?.job, String(told?.id)], [id, heard[0]])
  await next.stop()
}
