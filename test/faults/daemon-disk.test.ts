import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { needs, needsCommand, needsLinux, needsRoot } from '../support/needs.ts'
import { makeDisk } from '../support/tmpfs.ts'
import { waitFor } from '../support/wait-for.ts'

const onDisk = { skip: needs(needsRoot(), needsCommand('unshare'), needsCommand('nsenter')) }
const FAST = { CURFEW_TICK: '100ms' }
/** Leaves not one free block. */
const FILL = 'cat /dev/zero > "$HOME/filler" 2>/dev/null || true'
const MAKE_ROOM = 'rm "$HOME/filler"'

test(
  'D4: a start on a full disk fails with one line that names what could not be written; with room it starts',
  onDisk,
  async (t) => {
    const disk = await makeDisk(t, 2048)
    await disk.run(FILL)
    for (const command of ['daemon', 'start']) {
      const { code, stdout, stderr } = await runCurfew(disk, [command], { under: disk.under })
      assert.match(stderr, /^curfew: [^\n]*(ENOSPC|disk is full)[^\n]*\n$/, command)
      assert.deepEqual([code === 1 || code === 6, stdout], [true, ''], command)
    }
    assert.equal(
      (await runCurfew(disk, ['status'], { under: disk.under })).code,
      0,
      'reading still works',
    )
    await disk.run(MAKE_ROOM)
    const started = await runCurfew(disk, ['start'], { under: disk.under })
    assert.equal(started.code, 0, started.stderr)
    const left = readdirSync(disk.paths.home).filter((name) => /^\.(?:tmp|s\d)/.test(name))
    assert.deepEqual(left, [], 'half written files are gone')
    assert.equal((await runCurfew(disk, ['stop'], { under: disk.under })).code, 0)
  },
)

test(
  'D4: the disk runs full under a daemon: it serves, says so, keeps what it has, and recovers by itself',
  onDisk,
  async (t) => {
    const disk = await makeDisk(t, 4096)
    const daemon = await startDaemon(t, { house: disk, env: FAST, under: disk.under })
    for (let count = 0; count < 10; count += 1) await daemon.ask('reload')
    const before = await daemon.events()
    await disk.run(FILL)
    for (let count = 0; count < 10; count += 1) await daemon.ask('reload')
    writeFileSyncLoosely(disk.paths.wakeSignal)
    const warned = await waitFor(async () => (await daemon.status()).warnings[0], {
      what: 'a warning in status',
    })
    assert.match(warned ?? '', /^step "[a-z]+" fails: .*(ENOSPC|full)/)
    const shown = await runCurfew(disk, ['status'], { under: disk.under })
    assert.deepEqual([shown.code, /^ {2}warning +step /m.test(shown.stdout)], [0, true])
    assert.notEqual((await runCurfew(disk, ['doctor'], { under: disk.under })).code, 0)

    await disk.run(MAKE_ROOM)
    await waitFor(async () => (await daemon.status()).warnings.length === 0, {
      what: 'the daemon to be well again',
    })
    const events = await daemon.events()
    assert.deepEqual(events.slice(0, before.length), before)
    const types = events.slice(before.length).map(({ type }) => type)
    assert.equal(
      types.filter((type) => type === 'config_reloaded').length,
      10,
      'what happened meanwhile was kept',
    )
    assert.ok(types.includes('step_failed') && types.includes('step_recovered'), types.join())
    assert.ok(((await runCurfew(disk, ['doctor'], { under: disk.under })).code ?? 2) <= 1)
    assert.deepEqual(await endOf(daemon.pid, daemon.program), { code: 0, signal: null })
  },
)

test(
  'D4: stop on a full disk leaves in order, with what it could not write down',
  onDisk,
  async (t) => {
    const disk = await makeDisk(t, 4096)
    const daemon = await startDaemon(t, { house: disk, env: FAST, under: disk.under })
    const before = await daemon.events()
    await disk.run(FILL)
    for (let count = 0; count < 50; count += 1) await daemon.ask('reload')
    const stopped = await runCurfew(disk, ['stop'], { under: disk.under })
    assert.equal(stopped.code, 0, stopped.stderr)
    const { code } = await daemon.program.ended
    assert.ok(code === 0 || code === 1, daemon.program.stderr())
    assert.doesNotMatch(daemon.program.stderr(), / {4}at /, 'no stack trace')
    assert.equal(existsSync(disk.paths.marker), false, 'nothing is held')
    await disk.run(MAKE_ROOM)
    const next = await startDaemon(t, { house: disk, under: disk.under })
    assert.deepEqual((await next.events()).slice(0, before.length), before)
  },
)

test(
  'D4: killed on a full disk: nothing that was told is lost when there is room again',
  onDisk,
  async (t) => {
    const disk = await makeDisk(t, 4096)
    const daemon = await startDaemon(t, { house: disk, env: FAST, under: disk.under })
    for (let count = 0; count < 20; count += 1) await daemon.ask('reload')
    const told = await daemon.events()
    await disk.run(FILL)
    await daemon.ask('reload')
    await daemon.kill()
    const refused = await runCurfew(disk, ['start'], { under: disk.under })
    assert.match(refused.stderr, /^curfew: [^\n]+\n$/)
    await disk.run(MAKE_ROOM)
    const next = await startDaemon(t, { house: disk, under: disk.under })
    assert.deepEqual((await next.events()).slice(0, told.length), told)
    assert.equal(
      (await next.events()).find(({ type }) => type === 'store_set_aside'),
      undefined,
    )
  },
)

test(
  'a home on a disk that may only be read: one line, and reads still work',
  onDisk,
  async (t) => {
    const disk = await makeDisk(t, 4096)
    const daemon = await startDaemon(t, { house: disk, under: disk.under })
    await daemon.ask('reload')
    await daemon.event('config_reloaded')
    const tell = await daemon.stop()
    assert.equal(tell.code, 0)
    await disk.run('mount -o remount,ro "$HOME"')
    for (const command of ['daemon', 'start']) {
      const { code, stderr } = await runCurfew(disk, [command], { under: disk.under })
      assert.match(stderr, /^curfew: [^\n]*EROFS[^\n]*\n$/, command)
      assert.ok(code === 1 || code === 6)
    }
    assert.equal((await runCurfew(disk, ['status'], { under: disk.under })).code, 0)
    const { stdout } = await runCurfew(disk, ['events'], { under: disk.under })
    assert.match(stdout, /config_reloaded/)
    const { code } = await runJson(disk, ['doctor', '--json'], { under: disk.under })
    assert.ok(code !== null && code <= 2)
  },
)

test(
  'D4: with no file descriptors left the daemon says so, survives, and recovers when there are some',
  {
    skip: needs(needsLinux(), needsCommand('prlimit')),
  },
  async (t) => {
    const daemon = await startDaemon(t, { env: FAST })
    const { paths } = daemon.house
    execFileSync('prlimit', ['--pid', String(daemon.pid), '--nofile=3:4096'])
    writeFileSync(paths.wakeSignal, '')
    const answer = callDaemon('status', {}, { socket: paths.socket, timeoutMs: 3_000 })
    assert.notEqual((await answer).kind, 'no_daemon')
    assert.equal(daemon.program.child.exitCode, null)
    execFileSync('prlimit', ['--pid', String(daemon.pid), '--nofile=4096:4096'])
    await waitFor(
      async () => (await callDaemon('status', {}, { socket: paths.socket })).kind === 'ok',
      {
        what: 'the daemon to answer again',
      },
    )
    const failed = await daemon.event('step_failed')
    assert.match(failed.message, /EMFILE/)
    await daemon.event('step_recovered', failed.id)
    await daemon.event('woken')
    assert.deepEqual((await daemon.status()).warnings, [])
    assert.equal((await runCurfew(daemon.house, ['doctor'])).code, 0)
    assert.deepEqual(await daemon.stop(), { code: 0, signal: null })
  },
)

test(
  'D4: with no file descriptors left somebody who waits does not keep the daemon turning',
  { skip: needs(needsLinux(), needsCommand('prlimit')) },
  async (t) => {
    const daemon = await startDaemon(t, { env: FAST })
    const { socket } = daemon.house.paths
    execFileSync('prlimit', ['--pid', String(daemon.pid), '--nofile=3:4096'])
    const answer = callDaemon('status', {}, { socket, timeoutMs: 20_000 })
    const began = { atMs: performance.now(), cpuMs: cpuMsOf(daemon.pid) }
    const passed = (): number => performance.now() - began.atMs
    await waitFor(() => passed() > 2_000, { what: 'two seconds of waiting' })
    const share = (cpuMsOf(daemon.pid) - began.cpuMs) / passed()
    assert.ok(share < 0.4, `it used ${Math.round(share * 100)} % of a processor`)
    execFileSync('prlimit', ['--pid', String(daemon.pid), '--nofile=4096:4096'])
    assert.equal((await answer).kind, 'ok', 'who waited is answered')
  },
)

/** Processor time of a process so far. */
function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** On a full disk a name may still be made, or not: both are right. */
function writeFileSyncLoosely(path: string): void {
  try {
    writeFileSync(path, '')
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'ENOSPC', String(error))
  }
}

async function endOf(pid: number, program: { ended: Promise<unknown> }): Promise<unknown> {
  process.kill(pid, 'SIGTERM')
  return await program.ended
}
