import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { JobView } from '../../src/contract/jobs.ts'
import { resolvePaths } from '../../src/host/paths.ts'
import { callDaemon } from '../../src/client/call.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { JOB_ENV } from '../support/daemon-jobs.ts'
import { type House, makeHouse } from '../support/house.ts'
import { needs, needsCommand, needsRoot } from '../support/needs.ts'
import { type Program, startCommand } from '../support/program.ts'
import { rounds } from '../support/rounds.ts'
import { tempDir } from '../support/temp-dir.ts'

const CUTS = rounds(20)
const JOBS = 6
const MAKE: Record<string, readonly string[]> = {
  ext4: ['mkfs.ext4', '-q', '-F'],
  xfs: ['mkfs.xfs', '-q', '-f'],
}
/** From now on nothing reaches the disk: what was not there yet is gone. */
const CUT = `perl -e 'open my $f, "<", $ARGV[0] or die $!; my $how = pack "L", 2; ioctl($f, 0x8004587d, $how) or die $!' "$1"`

for (const [kind, make] of Object.entries(MAKE)) {
  test(
    `J4: ${kind}: the power is cut ${CUTS} times: what was answered is there with its folder and its environment, and what was told to have ended stays so`,
    { skip: whyNot(make), timeout: 300_000 },
    async (t) => {
      let kept = 0
      for (let cut = 0; cut < CUTS; cut += 1) kept += await cutPower(t, make, cut)
      t.diagnostic(`${kept} answered submissions were kept`)
      assert.equal(kept, CUTS * JOBS)
    },
  )
}

async function cutPower(t: TestContext, make: readonly string[], cut: number): Promise<number> {
  const house = makeHouse(t)
  const image = join(tempDir(t), 'disk')
  const [program = '', ...args] = make
  assert.equal(spawnSync('truncate', ['-s', '320M', image]).status, 0)
  assert.equal(spawnSync(program, [...args, image]).status, 0)
  const first = await mount(t, house, image)
  const daemon = await startDaemon(t, { house: first.house, under: first.under, anyPid: true })
  const ids: number[] = []
  for (let at = 0; at < JOBS; at += 1) {
    const input = {
      command: ['echo', `${cut}`],
      cwd: '/',
      env: { ...JOB_ENV, MINE: `${at}` },
      delay: '1h',
    }
    const { id } = await askHouse(first.house, 'run', input)
    ids.push(id)
  }
  const told = await endSome(first.house)
  const done = startCommand(t, 'nsenter', [
    ...first.under.slice(1),
    'sh',
    '-c',
    CUT,
    'sh',
    house.folder,
  ])
  assert.equal((await done.ended).code, 0, done.stderr())
  await end(first.holder, daemon.program)

  const second = await mount(t, house, image)
  const next = await startDaemon(t, { house: second.house, under: second.under, anyPid: true })
  const jobs = await askHouse(second.house, 'jobs', {})
  const kept = jobs.toReversed()
  assert.deepEqual(
    kept.map(({ id }) => id),
    [...ids, ...told.map(({ id }) => id)],
  )
  assert.deepEqual(kept.slice(ids.length).map(outcomeOf), told.map(outcomeOf))
  for (const [at, id] of ids.entries()) {
    const retried = await callDaemon(
      'edit',
      { id, delay: 0 },
      { socket: second.house.paths.socket },
    )
    assert.equal(retried.kind, 'ok')
    assert.ok(existsSync(join(second.house.paths.jobs, String(id), 'env')), `env of ${id} (${at})`)
  }
  const answer = await askHouse(second.house, 'wait', { ids, wait: '9s' })
  assert.deepEqual(
    answer.jobs.map(({ status }) => status),
    ids.map(() => 'succeeded'),
  )
  await next.ask('stop')
  await end(second.holder, next.program)
  return ids.length
}

/** Jobs that ended each in another way, as they were told. */
async function endSome(house: House): Promise<readonly JobView[]> {
  const ids: number[] = []
  for (const shell of ['exit 0', 'exit 7', 'kill -9 $$'])
    ids.push((await askHouse(house, 'run', { shell, cwd: '/', env: JOB_ENV })).id)
  const { jobs, ended } = await askHouse(house, 'wait', { ids, wait: '9s' })
  assert.ok(ended)
  return jobs
}

function outcomeOf({ id, status, exit_code, signal, ended_at, attempt }: JobView) {
  return { id, status, exit_code, signal, ended_at, attempt }
}

/** Mounts the image where only those see it that are put in front of it. */
async function mount(t: TestContext, house: House, image: string) {
  const line = `mount -o loop "$1" "$2" && chmod 700 "$2" && echo mounted && exec cat`
  const holder = startCommand(t, 'unshare', ['-m', 'sh', '-c', line, 'sh', image, house.folder], {
    cwd: '/',
  })
  await holder.line('mounted')
  const under = ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--']
  const outside = resolvePaths(join(`/proc/${holder.pid}/root`, house.home), {})
  return {
    holder,
    under,
    house: { ...house, paths: outside, env: { ...house.env, TMPDIR: '/tmp' } },
  }
}

async function end(...programs: readonly Program[]): Promise<void> {
  for (const program of programs) await program.kill()
}

function whyNot([program = '']: readonly string[]): string | false {
  const why = needs(
    needsRoot(),
    needsCommand('unshare'),
    needsCommand('nsenter'),
    needsCommand(program),
    needsCommand('perl'),
  )
  if (why !== false) return why
  return spawnSync('losetup', ['-f']).status === 0 ? false : 'needs loop devices'
}
