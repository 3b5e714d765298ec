import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { JobDetailView } from '../../src/contract/jobs.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { shareDaemon } from '../support/shared-daemon.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const daemon = shareDaemon()
const curfew = (...args: string[]) => runCurfew(daemon.get().house, args)

test('J8: a group with one slot runs one at a time, the more urgent first; edit changes what waits', async (t) => {
  const gate = join(tempDir(t), 'gate')
  assert.match((await curfew('group', 'set', 'one', '--slots', '1')).stdout, /^one +1 at once/)
  const first = await submit('--group', 'one', '--shell', untilThere(gate))
  const second = await submit('--group', 'one', '--', 'false')
  const third = await submit('--group', 'one', '--priority', '5', '--', 'true')
  await curfew('edit', second, '--priority', '9', '--name', 'now mine', '--', 'sh', '-c', 'exit 3')
  const list = await curfew('jobs', '--group', 'one')
  assert.match(list.stdout, /^ID +STATUS +SINCE +TOOK +WHAT\n/)
  assert.match(list.stdout, new RegExp(`^ *${second} +queued .* now mine$`, 'm'))
  assert.match((await curfew('group')).stdout, /^one +1 at once, 1 running, 2 queued$/m)
  const inUse = await curfew('group', 'remove', 'one')
  assert.deepEqual([inUse.code, inUse.stdout], [5, ''])
  writeFileSync(gate, '')
  assert.equal((await curfew('wait', first, second, third)).code, 3)
  const [later, sooner] = [await show(third), await show(second)]
  assert.ok((sooner.ended_at ?? '') <= (later.started_at ?? ''))
  assert.equal((await curfew('group', 'remove', 'one')).code, 0)
})

test('J8: what comes after a job that failed is unstartable, and says so', async () => {
  const failed = await submit('--', 'false')
  const after = await submit('--after', failed, '--', 'true')
  const waited = await curfew('wait', after)
  assert.equal(waited.code, 127)
  assert.match(waited.stderr, new RegExp(`job ${failed}`))
  const freed = await submit('--after', failed, '--delay', '1h', '--', 'true')
  assert.equal((await curfew('wait', freed)).code, 127)
})

test('J8: pause stops a running job where it is, resume lets it go on', async (t) => {
  const folder = tempDir(t)
  const line = `while :; do date +%N > ${folder}/tick; sleep 0.02; done`
  const id = await submit('--shell', line)
  await waitFor(() => existsSync(join(folder, 'tick')), { what: 'the first tick' })
  const paused = await curfew('pause', id)
  assert.match(paused.stderr, new RegExp(`job ${id} is paused: paused by hand`))
  assert.equal((await show(id)).status, 'paused')
  const resumed = await curfew('resume', id)
  assert.match(resumed.stderr, new RegExp(`job ${id} is running`))
  const { value } = await runJson(daemon.get().house, ['kill', id, '--json'])
  assert.equal(SHAPES.jobs.parse(value)[0]?.id, Number(id))
  assert.equal((await curfew('wait', id)).code, 143)
})

test('J8: a paused group starts nothing; resumed, it does', async () => {
  await curfew('group', 'set', 'calm', '--slots', '2')
  const paused = await curfew('pause', '--group', 'calm')
  assert.deepEqual([paused.code, paused.stderr], [0, 'curfew: group "calm" is paused\n'])
  assert.match((await curfew('group')).stdout, /^calm .*, paused$/m)
  const id = await submit('--group', 'calm', '--', 'true')
  const { status, reason } = await show(id)
  assert.deepEqual([status, reason], ['queued', 'waits: group "calm" is paused'])
  const resumed = await curfew('resume', '--group', 'calm')
  assert.deepEqual([resumed.code, resumed.stderr], [0, 'curfew: group "calm" goes on\n'])
  assert.equal((await curfew('wait', id)).code, 0)
})

test('J8: retry as a new job, or in place with the attempts kept; logs of each attempt', async (t) => {
  const flag = join(tempDir(t), 'flag')
  const id = await submit('--shell', `test -e ${flag} && echo second && exit 0; echo first; exit 9`)
  assert.equal((await curfew('wait', id)).code, 9)
  writeFileSync(flag, '')
  assert.equal((await curfew('retry', id, '--in-place')).stdout, `${id}\n`)
  assert.equal((await curfew('wait', id)).code, 0)
  const anew = (await curfew('retry', id)).stdout.trim()
  assert.notEqual(anew, id)
  assert.equal((await show(anew)).retry_of, Number(id))
  assert.equal((await curfew('logs', id)).stdout, 'second\n')
  assert.equal((await curfew('logs', id, '--attempt', '1')).stdout, 'first\n')
  const shown = await curfew('job', id)
  assert.match(shown.stdout, /^ {2}- 1 +failed at .*: exit code 9$/m)
})

test('inside a job: progress, without naming the job; it is shown while it runs', async (t) => {
  const gate = join(tempDir(t), 'gate')
  const { CURFEW } = await import('../support/house.ts')
  const line = `${CURFEW.join(' ')} progress 3/10 compiling; ${untilThere(gate)}`
  const id = await submit('--shell', line)
  const { progress } = await waitFor(
    async () => {
      const job = await show(id)
      return job.progress === null ? undefined : job
    },
    { what: 'the progress' },
  ).then((job) => job ?? assert.fail())
  assert.deepEqual(progress, { done: 3, total: 10, text: 'compiling' })
  assert.match(
    (await curfew('jobs')).stdout,
    new RegExp(`^ *${id} +running .*\\[3/10 compiling\\]`, 'm'),
  )
  writeFileSync(gate, '')
  assert.equal((await curfew('wait', id)).code, 0)
})

test('kill of what waits takes it from the queue; another signal is only told', async (t) => {
  const waiting = await submit('--delay', '1h', '--', 'true')
  assert.equal((await curfew('kill', waiting)).code, 0)
  assert.equal((await curfew('wait', waiting)).code, 137)
  const told = join(tempDir(t), 'told')
  const id = await submit(
    '--shell',
    `trap 'touch ${told}' USR1; echo ready; while :; do sleep 0.02; done`,
  )
  await waitFor(async () => (await curfew('logs', id)).stdout === 'ready\n', { what: 'the trap' })
  const queued = await submit('--delay', '1h', '--', 'true')
  const notAll = await curfew('kill', id, queued, '--signal', 'usr1')
  assert.deepEqual(
    [notAll.code, notAll.stderr],
    [5, `curfew: job ${queued} is queued: there is no process of it that could be told SIGUSR1\n`],
  )
  const atOnce = await curfew('edit', queued, '--delay', '0')
  assert.match(atOnce.stderr, /is queued: waits for its turn in group "default"$/m)
  assert.equal((await curfew('wait', queued)).code, 0)
  assert.equal(existsSync(told), false, 'one of several cannot be told: then nobody is')
  assert.equal((await curfew('kill', id, '--signal', 'usr1')).code, 0)
  await waitFor(() => existsSync(told), { what: 'what it does when told' })
  assert.equal((await curfew('kill', id, '-s', 'KILL')).code, 0)
  assert.equal((await curfew('wait', id)).code, 137)
})

test('remove and clean forget what has ended, with its folder', async () => {
  const ids = [await submit('--', 'true'), await submit('--', 'true')]
  await curfew('wait', ...ids)
  const { folder } = await show(ids[0] ?? '')
  const removed = await curfew('remove', ids[0] ?? '')
  assert.deepEqual([removed.code, removed.stdout], [0, ''])
  assert.match(removed.stderr, new RegExp(`forgot job ${ids[0]}\n`))
  assert.equal(existsSync(folder), false)
  assert.equal((await curfew('clean')).code, 0)
  assert.equal((await curfew('job', ids[1] ?? '')).code, 4)
  assert.match((await curfew('clean')).stderr, /nothing to forget/)
})

test('a time without a zone is that of whoever typed it', async () => {
  const { value } = await runJson(
    daemon.get().house,
    ['run', '--at', '2031-05-06 07:08', '--json', '--', 'true'],
    { env: { TZ: 'Asia/Tokyo' } },
  )
  const { id, due_at } = SHAPES.run.parse(value)
  assert.equal(due_at, '2031-05-05T22:08:00.000Z')
  await curfew('kill', String(id))
})

test('lists: newest first, by status, session and group, --limit and --before', async () => {
  const ids = []
  for (const session of ['a', 'b', 'a']) ids.push(await submit('--session', session, '--', 'true'))
  await curfew('wait', ...ids)
  const list = async (...args: string[]): Promise<string[]> => {
    const { value } = await runJson(daemon.get().house, ['jobs', '--json', ...args])
    return SHAPES.jobs.parse(value).map(({ id }) => String(id))
  }
  assert.deepEqual(await list('--session', 'a'), [ids[2], ids[0]])
  assert.deepEqual(await list('--session', 'a', '-n', '1'), [ids[2]])
  assert.deepEqual(await list('--session', 'a', '--before', ids[2] ?? ''), [ids[0]])
  assert.deepEqual(await list('--session', 'a', '--status', 'failed'), [])
  assert.deepEqual(await list('--session', 'a', '--group', 'other'), [])
})

async function submit(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await curfew('run', ...args)
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

async function show(id: string): Promise<JobDetailView> {
  return SHAPES.job.parse((await runJson(daemon.get().house, ['job', id, '--json'])).value)
}

function untilThere(path: string): string {
  return `until [ -e ${path} ]; do sleep 0.02; done`
}
