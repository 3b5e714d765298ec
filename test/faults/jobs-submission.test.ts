import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import { startCurfew } from '../support/cli.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { JOB_ENV, untilEnded } from '../support/daemon-jobs.ts'
import { makeHouse } from '../support/house.ts'
import { inject } from '../support/inject.ts'
import { needs, needsCommand, needsLinux } from '../support/needs.ts'
import { submitSurely } from '../support/sure-submit.ts'

const AT_ONCE = 4
const traced = { skip: needs(needsLinux(), needsCommand('strace')), timeout: 300_000 }

/** By how many calls of each kind a submission, and the start of what was submitted, is done. */
const STEPS: readonly [call: string, last: number][] = [
  ['fsync', 14],
  ['mkdir', 2],
  ['openat', 24],
]

for (const [call, last] of STEPS) {
  test(
    `J4: the daemon is killed at ${call} number 1 to ${last} of a submission: kept whole or not at all, never run twice`,
    traced,
    async (t) => {
      let killed = 0
      for (let first = 1; first <= last; first += AT_ONCE) {
        const moments = Array.from(
          { length: Math.min(AT_ONCE, last - first + 1) },
          (_, n) => first + n,
        )
        const deaths = await Promise.all(moments.map((at) => submitThrough(t, call, at)))
        killed += deaths.filter(Boolean).length
      }
      t.diagnostic(`${killed} of ${last} moments killed the daemon`)
      assert.ok(killed > last / 3, `${killed} of ${last}`)
    },
  )
}

/** Whoever asks again, with the same ticket, gets the one job; says whether the daemon had died over it. */
async function submitThrough(t: TestContext, call: string, at: number): Promise<boolean> {
  const house = makeHouse(t)
  const first = await startDaemon(t, { house })
  await inject(t, first.pid, `${call}:signal=SIGKILL:when=${at}`)
  const ran = join(house.folder, 'ran')
  const line = `echo $CURFEW_JOB >> ${ran}`
  const { socket } = house.paths
  const input = { shell: line, ticket: 'mine', cwd: house.folder, env: JOB_ENV }
  const answer = await callDaemon('run', input, { socket })
  const { signal } = await first.stop()
  const second = await startDaemon(t, { house })
  const id = await submitSurely(house, line, 'mine')
  if (answer.kind === 'ok') assert.equal(answer.value.id, id, 'what was answered is kept')
  const [job] = await untilEnded(house, [id])
  assert.equal(job?.status, 'succeeded', JSON.stringify(job))
  assert.deepEqual(
    (await askHouse(house, 'jobs', {})).map((each) => each.id),
    [id],
  )
  assert.equal(readFileSync(ran, 'utf8'), `${id}\n`, 'it ran once')
  await second.stop()
  return signal === 'SIGKILL'
}

test('J4: a client that is killed while it submits has submitted one job or none', async (t) => {
  const { house } = await startDaemon(t)
  const ran = join(house.folder, 'ran')
  let told = 0
  for (let round = 0; round < 30; round += 1) {
    const client = startCurfew(t, house, ['run', '--shell', `echo ${round} >> ${ran}`])
    if (round % 3 !== 0)
      for (let turn = 0; turn < round; turn += 1) await askHouse(house, 'hello', {})
    else await client.line('')
    await client.kill()
    if (client.stdout() !== '') told += 1
  }
  const jobs = await askHouse(house, 'jobs', { limit: 1000 })
  await untilEnded(
    house,
    jobs.map(({ id }) => id),
  )
  const lines = readFileSync(ran, 'utf8').trim().split('\n')
  assert.deepEqual([lines.length, new Set(lines).size], [jobs.length, jobs.length])
  assert.ok(told >= 10 && jobs.length >= told, `${told} were told, ${jobs.length} are there`)
})
