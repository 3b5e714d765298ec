import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FollowUpView } from '../../src/contract/follow-ups.ts'
import { startDaemon, type TestDaemon } from '../support/daemon.ts'
import { submit } from '../support/daemon-jobs.ts'
import { type HookAnswer, listenForHooks } from '../support/hook-server.ts'
import { makeHouse } from '../support/house.ts'
import { waitFor } from '../support/wait-for.ts'

const QUICK = {
  CURFEW_FOLLOW_UP_FROM: '50ms',
  CURFEW_FOLLOW_UP_TO: '100ms',
  CURFEW_FOLLOW_UP_TRIES: '1000',
}
const JOBS = 1_000
const KILLS = 2
const ANSWERS = [200, 500, 200, 503, 204]

test(`F1, F4: a thousand jobs of ten sessions end within a second, the daemon is killed ${KILLS} times over it: each is told, in order, none after it was heard`, async (t) => {
  const told: number[][] = []
  const heard = new Map<number, number>()
  const answerTo = (body: string): HookAnswer => {
    const { followups } = JSON.parse(body) as { followups: readonly FollowUpView[] }
    const ids = followups.map(({ id }) => id)
    told.push(ids)
    const code = ANSWERS[told.length % ANSWERS.length] ?? 200
    if (code < 300) for (const id of ids) heard.set(id, (heard.get(id) ?? 0) + 1)
    return code
  }
  const hook = await listenForHooks(t, answerTo)
  const house = makeHouse(t)
  const env = { ...QUICK, CURFEW_FOLLOW_UP_WEBHOOK: hook.address }
  let daemon: TestDaemon = await startDaemon(t, { house, env })
  const gate = join(house.folder, 'gate')
  // Whatever waits for a job that fails ends with it.
  const first = await submit(house, `mkfifo ${gate}; read x < ${gate}; exit 1`)
  for (let at = 0; at < JOBS; at += 1) {
    await submit(house, ['true'], { session: `s${at % 10}`, after: [first] })
  }
  writeFileSync(gate, '\n')
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = told.length
    await waitFor(() => told.length > before, { what: 'somebody to be told' })
    await daemon.kill()
    daemon = await startDaemon(t, { house, env })
  }
  await waitFor(async () => (await daemon.status()).followups.pending === 0, {
    what: 'all to be told',
  })
  const owed = await daemon.ask('followups', { state: 'delivered', limit: JOBS })
  assert.equal(owed.length, JOBS)
  assert.deepEqual(new Set(heard.keys()), new Set(owed.map(({ id }) => id)))
  assert.ok([...heard.values()].every((times) => times <= 1 + KILLS))
  for (const ids of told) {
    assert.deepEqual(
      ids,
      ids.toSorted((a, b) => a - b),
      'the older first',
    )
  }
  t.diagnostic(`${told.length} deliveries for ${JOBS} jobs`)
  assert.ok(told.length < JOBS / 10, 'those that ended together were told together')
})
