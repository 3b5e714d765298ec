import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FollowUpView } from '../../src/contract/follow-ups.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { look, submit, untilEnds } from '../support/daemon-jobs.ts'
import type { House } from '../support/house.ts'
import { waitFor } from '../support/wait-for.ts'

const QUICK = { CURFEW_FOLLOW_UP_FROM: '100ms', CURFEW_FOLLOW_UP_TO: '200ms' }

function owed(house: House, state: FollowUpView['state'] = 'pending'): Promise<FollowUpView[]> {
  return askHouse(house, 'followups', { state })
}

async function untilState(
  house: House,
  state: FollowUpView['state'],
  count = 1,
): Promise<FollowUpView[]> {
  const found = await waitFor(
    async () => {
      const now = await owed(house, state)
      return now.length >= count ? now : undefined
    },
    { what: `${count} follow-ups to be ${state}` },
  )
  return found ?? []
}

test('F1, F2, F5: who started a job can fetch how it ended, and says that it was heard', async (t) => {
  const { house } = await startDaemon(t)
  const id = await submit(house, 'echo made it; exit 3', { session: 'agent-1', name: 'build' })
  const waited = await askHouse(house, 'followups', { session: 'agent-1', wait: '30s' })
  assert.deepEqual(SHAPES.followups.parse(waited), waited)
  const [first] = waited
  const { id: followUp, text } = first ?? { id: 0, text: '' }
  assert.match(text, /^Background job 1 "build" has ended: failed \(exit code 3\)/)
  assert.match(text, /\n> made it\n$/)
  assert.deepEqual((await look(house, id)).follow_up, 'pending')
  assert.deepEqual(await askHouse(house, 'followups', { session: 'somebody else' }), [])
  assert.deepEqual(await askHouse(house, 'ack', { ids: [id] }), { acknowledged: [followUp] })
  assert.deepEqual(await askHouse(house, 'ack', { ids: [followUp] }), { acknowledged: [] })
  await assert.rejects(askHouse(house, 'ack', { ids: [4711] }), /nobody is owed a word about 4711/)
  const job = await look(house, id)
  assert.deepEqual([job.follow_up, job.acknowledged_at !== null], ['delivered', true])
})

test('F2: what was acknowledged beside a number that means nothing counts as such', async (t) => {
  const { house, status } = await startDaemon(t)
  const id = await submit(house, 'true', { session: 's' })
  await untilState(house, 'pending')
  await assert.rejects(askHouse(house, 'ack', { ids: [id, 4711] }), /4711/)
  await waitFor(async () => (await status()).followups.pending === 0, {
    what: 'nothing to be owed',
  })
})

test('F1: what is owed outlives the daemon, and what ends while none runs is owed too', async (t) => {
  const first = await startDaemon(t)
  const { house } = first
  const gate = join(house.folder, 'gate')
  const early = await submit(house, 'true', { session: 's' })
  const late = await submit(house, `mkfifo ${gate}; read x < ${gate}; exit 9`, { session: 's' })
  await untilEnds(house, early)
  await waitFor(() => existsSync(gate), { what: 'the gate' })
  await first.kill()
  writeFileSync(gate, '\n')
  await startDaemon(t, { house })
  const both = await untilState(house, 'pending', 2)
  assert.deepEqual(both.map(({ job }) => job).toSorted(byNumber), [early, late])
  assert.match(both.find(({ job }) => job === late)?.text ?? '', /exit code 9/)
})

test('F2, F4: a command hears of all jobs of a session that ended together, as words and on its stdin', async (t) => {
  const command = [
    'sh',
    '-c',
    'pwd >&2; cat > got.json; printf "%s\\n" "$@" > got.txt',
    'x',
    '{session}',
    '{ids}',
    '{cwd}',
    '{text}',
  ]
  const env = { ...QUICK, CURFEW_FOLLOW_UP_COMMAND: JSON.stringify(command) }
  const mute = await startDaemon(t)
  const { house } = mute
  const ids: number[] = []
  for (const line of ['echo one', 'echo two']) {
    ids.push(await submit(house, line, { session: 'a b' }))
  }
  await untilState(house, 'pending', 2)
  await mute.stop()
  await startDaemon(t, { house, env })
  const told = await untilState(house, 'delivered', 2)
  const got = JSON.parse(readFileSync(join(house.folder, 'got.json'), 'utf8')) as FollowUpView[]
  assert.deepEqual(got.map(({ job }) => job).toSorted(byNumber), ids)
  assert.deepEqual(
    got.map(({ id }) => id).toSorted(byNumber),
    told.map(({ id }) => id).toSorted(byNumber),
  )
  const [session, heard, cwd, first] = readFileSync(join(house.folder, 'got.txt'), 'utf8').split(
    '\n',
  )
  assert.deepEqual([session, heard, cwd], ['a b', got.map(({ id }) => id).join(','), house.folder])
  assert.match(first ?? '', /^Background job \d has ended: succeeded/)
  const log = readFileSync(join(house.paths.jobs, String(got[0]?.job), 'follow-up.log'), 'utf8')
  assert.equal(log, `${house.folder}\n`)
})

test('F3: a command that fails is tried again with a rest between, then given up, said, and can be retried', async (t) => {
  const count = 'echo x >> tries; test -e ok'
  const env = {
    ...QUICK,
    CURFEW_FOLLOW_UP_TRIES: '3',
    CURFEW_FOLLOW_UP_COMMAND: JSON.stringify(['sh', '-c', count]),
  }
  const daemon = await startDaemon(t, { env })
  const { house } = daemon
  await submit(house, 'true', { session: 's' })
  const [given] = await untilState(house, 'given_up')
  assert.equal(readFileSync(join(house.folder, 'tries'), 'utf8'), 'x\nx\nx\n')
  assert.deepEqual((await daemon.status()).followups, { pending: 0, given_up: 1 })
  await daemon.event('follow_up_given_up')
  writeFileSync(join(house.folder, 'ok'), '')
  assert.deepEqual(await askHouse(house, 'followup_retry', { ids: [given?.id ?? 0] }), {
    retried: [given?.id],
  })
  await untilState(house, 'delivered')
})

test('F3: a session that will not come back is settled, and what ends later for it too', async (t) => {
  const { house } = await startDaemon(t)
  const id = await submit(house, 'true', { session: 'gone' })
  await untilEnds(house, id)
  const { settled } = await askHouse(house, 'session_end', { session: 'gone' })
  assert.equal(settled.length, 1)
  assert.deepEqual(await owed(house), [])
})

test('S3: what can still be handed over holds off sleep, what waits to be fetched does not', async (t) => {
  const env = {
    CURFEW_TICK: '100ms',
    CURFEW_DROWSY_AFTER: '100ms',
    CURFEW_BEDTIME_AFTER: '200ms',
    CURFEW_ASLEEP_AFTER: '300ms',
    CURFEW_EXIT_WHEN_ASLEEP: 'false',
    CURFEW_FOLLOW_UP_FROM: '1h',
    CURFEW_FOLLOW_UP_TO: '1h',
  }
  const pushing = await startDaemon(t, { env: { ...env, CURFEW_FOLLOW_UP_COMMAND: '["false"]' } })
  await submit(pushing.house, 'true', { session: 's' })
  await pushing.event('follow_up_failed')
  await waitFor(async () => (await pushing.status()).state === 'BEDTIME', { what: 'bedtime' })
  await waitFor(
    async () => (await pushing.status()).holds.some(({ what }) => what === 'follow-ups'),
    { what: 'it to be held' },
  )
  const waiting = await startDaemon(t, { env })
  await submit(waiting.house, 'true', { session: 's' })
  await waitFor(async () => (await waiting.status()).state === 'ASLEEP', { what: 'sleep' })
  assert.equal((await waiting.status()).followups.pending, 1)
})

function byNumber(a: number, b: number): number {
  return a - b
}
