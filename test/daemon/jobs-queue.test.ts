import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseJobSpec } from '../../src/formats/job-spec.ts'
import { readSpec } from '../../src/host/jobs/job-folder.ts'
import { runPaths } from '../../src/host/jobs/run-paths.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { look, submit, untilEnded, untilEnds, untilJob } from '../support/daemon-jobs.ts'
import { waitFor } from '../support/wait-for.ts'

test('J8: slots, priorities, dependencies, delays and pauses are kept', async (t) => {
  const { house } = await startDaemon(t)
  await askHouse(house, 'group_set', { name: 'one', slots: 1 })
  const log = join(house.folder, 'order')
  const say = (word: string): string => `echo ${word} >> ${log}`
  const gate = join(house.folder, 'gate')
  const first = await submit(house, `mkfifo ${gate}; read x < ${gate}; ${say('first')}`, {
    group: 'one',
  })
  await untilJob(house, first, ({ status }) => status === 'running', 'to run')
  const low = await submit(house, say('low'), { group: 'one', priority: -1 })
  const high = await submit(house, say('high'), { group: 'one', priority: 5 })
  const plain = await submit(house, say('plain'), { group: 'one' })
  const after = await submit(house, say('after'), { after: [low] })
  const held = await submit(house, say('held'), { group: 'one', priority: 9 })
  await askHouse(house, 'pause', { ids: [held] })
  assert.equal((await look(house, high)).status, 'queued')
  const [group] = (await askHouse(house, 'groups', {})).filter(({ name }) => name === 'one')
  assert.deepEqual(group, { name: 'one', slots: 1, paused: false, running: 1, queued: 4 })
  await waitFor(() => existsSync(gate), { what: 'the gate' })
  writeFileSync(gate, '\n')
  await untilEnded(house, [first, low, high, plain, after])
  assert.equal(readFileSync(log, 'utf8'), 'first\nhigh\nplain\nlow\nafter\n')
  await askHouse(house, 'resume', { ids: [held] })
  assert.equal((await untilEnds(house, held)).status, 'succeeded')
})

test('J8: who comes after a job that failed is unstartable and says so', async (t) => {
  const { house } = await startDaemon(t)
  const bad = await submit(house, 'exit 3', { delay: '200ms' })
  const next = await submit(house, 'true', { after: [bad] })
  const last = await submit(house, 'true', { after: [next] })
  const [, second, third] = await untilEnded(house, [bad, next, last])
  assert.deepEqual([second?.status, third?.status], ['unstartable', 'unstartable'])
  assert.match(second?.reason ?? '', new RegExp(`comes after job ${bad}, which ended as failed`))
})

test('J8: a paused job stands still as a whole, keeps its slot, and its timeout stands still too', async (t) => {
  const { house } = await startDaemon(t)
  const file = join(house.folder, 'count')
  const line = `for i in $(seq 400); do echo $i > ${file}; sleep 0.02; done`
  const id = await submit(house, line, { timeout: '1h' })
  await waitFor(() => existsSync(file) && Number(readFileSync(file, 'utf8')) > 2, {
    what: 'counting',
  })
  const [paused] = await askHouse(house, 'pause', { ids: [id] })
  assert.equal(paused?.status, 'paused')
  const pid = paused?.pid ?? 0
  await waitFor(() => standsStill(pid), { what: 'it to stop' })
  await askHouse(house, 'resume', { ids: [id] })
  await waitFor(() => !standsStill(pid), { what: 'it to go on' })
  await askHouse(house, 'pause', { ids: [id] })
  await waitFor(() => standsStill(pid), { what: 'it to stop again' })
  await askHouse(house, 'kill', { ids: [id] })
  assert.equal((await untilEnds(house, id)).status, 'killed')
})

test('J8: --retry tries again after a failure and keeps the attempts; a retry by hand makes a new job', async (t) => {
  const { house } = await startDaemon(t)
  const mark = join(house.folder, 'mark')
  const id = await submit(house, `echo try; test -e ${mark} || { touch ${mark}; exit 5; }`, {
    retry: 2,
  })
  const end = await untilEnds(house, id)
  assert.deepEqual([end.status, end.attempt], ['succeeded', 2])
  const { attempts } = await look(house, id)
  assert.deepEqual(
    attempts.map(({ attempt, status, exit_code }) => [attempt, status, exit_code]),
    [[1, 'failed', 5]],
  )
  const { text } = await askHouse(house, 'logs', { id, attempt: 1 })
  assert.equal(text, 'try\n')
  const { id: next } = await askHouse(house, 'retry', { id })
  const again = await untilEnds(house, next)
  assert.deepEqual([again.retry_of, again.status], [id, 'succeeded'])
  await askHouse(house, 'retry', { id, in_place: true })
  assert.deepEqual(
    [(await untilEnds(house, id)).attempt, (await look(house, id)).attempts.length],
    [3, 2],
  )
})

test('J4: asking again with the same ticket submits nothing twice', async (t) => {
  const { house } = await startDaemon(t)
  const ids = await Promise.all(
    Array.from({ length: 8 }, () => submit(house, 'true', { ticket: 'only-once' })),
  )
  assert.deepEqual([...new Set(ids)], [ids[0]])
  assert.equal((await askHouse(house, 'jobs', {})).length, 1)
  const waiting = await submit(house, 'true', { ticket: 'edited', delay: '1h' })
  await askHouse(house, 'edit', { id: waiting, priority: 3 })
  const kept = parseJobSpec(readSpec(runPaths(house.paths.jobs, waiting)))
  assert.partialDeepStrictEqual(kept, { ticket: 'edited', draft: { spec: { priority: 3 } } })
})

test('J3: a group that nobody knows, and a job to come after that is not there, are refused with nothing kept', async (t) => {
  const { house } = await startDaemon(t)
  await assert.rejects(submit(house, 'true', { group: 'biuld' }), /there is no group \\"biuld\\"/)
  await assert.rejects(submit(house, 'true', { after: [77] }), /no older job 77/)
  assert.deepEqual(await askHouse(house, 'jobs', {}), [])
})

/** Stopped by a signal, or frozen with its control group. */
function standsStill(pid: number): boolean {
  const state = /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1]
  if (state === 'T') return true
  const group = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'latin1'))?.[1] ?? ''
  const mounts = readFileSync('/proc/self/mountinfo', 'latin1')
  const root = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(mounts)?.[1] ?? ''
  const events = `${root}${group}/cgroup.events`
  return existsSync(events) && /^frozen 1$/m.test(readFileSync(events, 'latin1'))
}
