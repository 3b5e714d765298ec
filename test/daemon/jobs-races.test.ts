import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import type { JobView } from '../../src/contract/jobs.ts'
import { isRunning } from '../../src/host/identity.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { isOver, look, submit, untilEnded, untilEnds, untilJob } from '../support/daemon-jobs.ts'
import type { House } from '../support/house.ts'

const ROUNDS = 24
/** Thrice as many as one turn sees through. */
const CHAIN = 24

test(`J3, J6: ${ROUNDS} jobs are killed in the moment of their start: each has run once at most, and nothing of it lives`, async (t) => {
  const { house } = await startDaemon(t)
  const ran = join(house.folder, 'ran')
  writeFileSync(ran, '')
  const pids: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = await submit(house, `echo $CURFEW_JOB >> ${ran}; exec sleep 300`)
    await untilMoment(house, id, round)
    const [job] = await askHouse(house, 'kill', { ids: [id] })
    if (job !== undefined && job.pid !== null) pids.push(job.pid)
    const end = await untilEnds(house, id)
    assert.equal(end.status, 'killed', JSON.stringify(end))
  }
  const lines = readFileSync(ran, 'utf8').split('\n').filter(Boolean)
  assert.equal(new Set(lines).size, lines.length)
  assert.deepEqual(
    pids.filter((pid) => isRunning({ pid })),
    [],
  )
  t.diagnostic(`${lines.length} of ${ROUNDS} had begun`)
})

test(`J8: ${ROUNDS} jobs are paused in the moment of their start: each stands still until it may go on, and then ends`, async (t) => {
  const { house } = await startDaemon(t)
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = await submit(house, 'exit 9')
    await untilMoment(house, id, round)
    const paused = await ask(house, 'pause', { ids: [id] })
    if (paused !== 'done') {
      assert.equal((await untilEnds(house, id)).exit_code, 9, 'it was over before')
      continue
    }
    // What the waiter had written by then stands.
    await ask(house, 'resume', { ids: [id] })
    assert.equal((await untilEnds(house, id)).exit_code, 9)
  }
})

test(`J8: ${ROUNDS} jobs are edited in the moment of their start: what was answered is what runs`, async (t) => {
  const { house } = await startDaemon(t)
  let edited = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = await submit(house, 'true')
    const id = await submit(house, 'exit 3', { after: [first] })
    await untilMoment(house, id, round)
    const answer = await ask(house, 'edit', { id, command: ['sh', '-c', 'exit 4'] })
    if (answer === 'done') edited += 1
    const end = await untilEnds(house, id)
    assert.equal(end.exit_code, answer === 'done' ? 4 : 3, answer)
  }
  t.diagnostic(`${edited} of ${ROUNDS} were edited in time`)
})

test('J8: many retry one job in its place at once: it gets one attempt more', async (t) => {
  const { house } = await startDaemon(t)
  const ran = join(house.folder, 'ran')
  const id = await submit(house, `echo >> ${ran}; exit 2`)
  await untilEnds(house, id)
  for (let round = 2; round < 6; round += 1) {
    const all = Array.from({ length: 8 }, () => ask(house, 'retry', { id, in_place: true }))
    const answers = await Promise.all(all)
    assert.ok(answers.includes('done'), answers.join())
    await untilEnds(house, id)
    const { attempt } = await look(house, id)
    assert.equal(readFileSync(ran, 'utf8').length, attempt, 'each attempt ran once')
  }
})

test(`J8: of ${CHAIN} jobs each after the one before, all are unstartable when the first fails`, async (t) => {
  const { house } = await startDaemon(t)
  const first = await submit(house, 'exit 1', { delay: '1h' })
  const ids = [first]
  for (let at = 1; at < CHAIN; at += 1)
    ids.push(await submit(house, 'true', { after: [ids.at(-1) ?? 0] }))
  await askHouse(house, 'edit', { id: first, delay: 0 })
  const [failed, ...rest] = await untilEnded(house, ids)
  assert.equal(failed?.exit_code, 1)
  assert.deepEqual([...new Set(rest.map(({ status }) => status))], ['unstartable'])
})

/** Just submitted, just begun, or just seen to run. */
async function untilMoment(house: House, id: number, round: number): Promise<void> {
  const isSo = [
    () => true,
    ({ status }: JobView) => status !== 'queued',
    ({ pid }: JobView) => pid !== null,
  ]
  await untilJob(house, id, (job) => isOver(job) || isSo[round % 3]?.(job) === true, 'to get there')
}

async function ask(
  house: House,
  verb: 'pause' | 'resume' | 'edit' | 'retry',
  input: object,
): Promise<string> {
  const answer = await callDaemon(verb, input as never, { socket: house.paths.socket })
  if (answer.kind === 'ok') return 'done'
  assert.ok(answer.kind === 'problem', JSON.stringify(answer))
  return answer.problem.kind
}
