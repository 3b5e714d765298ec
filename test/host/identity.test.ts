import assert from 'node:assert/strict'
import { copyFileSync, writeFileSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { parseBootSession, parseEndingState, parsePs } from '../../src/host/identity-darwin.ts'
import { parseBootTime, parseEnding, parseStat } from '../../src/host/identity-linux.ts'
import {
  belongsToAnother,
  bootId,
  isEnding,
  isRunning,
  lookAt,
  type ProcessIdentity,
  selfIdentity,
  signalProcess,
} from '../../src/host/identity.ts'
import { type Program, programPath, startCommand } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const asRoot = process.getuid?.() === 0
const onLinux = process.platform === 'linux'
const needsRoot = asRoot && onLinux ? false : 'skipped: needs root on Linux'
const needsLinux = onLinux ? false : 'skipped: needs Linux'
const NOBODY = 65534

test('we see ourselves, and started before now', () => {
  const look = lookAt(process.pid)
  assert.equal(look.state, 'alive')
  assert.equal(look.state === 'alive' && look.processStart, selfIdentity().processStart)
  const ageMs = look.state === 'alive' ? Date.now() - look.startedAtMs : -1
  assert.ok(Math.abs(ageMs - process.uptime() * 1000) < 5_000, `we seem to be ${ageMs} ms old`)
})

test('our own identity stays the same and has all three parts', () => {
  assert.equal(selfIdentity(), selfIdentity())
  assert.deepEqual(selfIdentity(), {
    pid: process.pid,
    processStart: selfIdentity().processStart,
    bootId: bootId(),
  })
  assert.match(bootId(), /^[0-9a-fA-F-]{36}$/)
})

test('L4: a process that ended is gone', async (t) => {
  const program = startCommand(t, 'sleep', ['60'])
  const identity = identityOf(program)
  assert.equal(isRunning(identity), true)
  assert.equal(isEnding(program.pid), false)
  await program.kill()
  assert.equal(lookAt(program.pid).state, 'gone')
  assert.equal(isRunning(identity), false)
  assert.equal(isEnding(program.pid), true)
  assert.equal(signalProcess(identity, 'SIGTERM'), 'gone')
})

test('L4: a zombie is gone', async (t) => {
  const parent = startCommand(t, 'sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'])
  const pid = Number(await parent.nextLine())
  await waitFor(() => lookAt(pid).state === 'gone', { what: 'the child to end' })
  assert.doesNotThrow(() => process.kill(pid, 0), 'its number is still taken')
  assert.equal(isRunning({ pid }), false)
})

test('L4: numbers that no process can have are gone', () => {
  for (const pid of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 31, -(2 ** 31)]) {
    assert.equal(lookAt(pid).state, 'gone', String(pid))
    assert.equal(belongsToAnother(pid), false, String(pid))
  }
})

test('L4: the same number with another start or of another boot is another process', () => {
  assert.equal(isRunning(selfIdentity()), true)
  assert.equal(isRunning({ ...selfIdentity(), processStart: '1' }), false)
  assert.equal(isRunning({ ...selfIdentity(), bootId: 'another' }), false)
})

test('L4: a number that was really given away', { skip: needsRoot }, async (t) => {
  const first = startCommand(t, 'sleep', ['60'])
  const identity = identityOf(first)
  await first.kill()
  const killedAtMs = performance.now()
  await waitFor(() => performance.now() - killedAtMs > 30, { what: 'a later tick of 10 ms' })
  const second = await spawnAs(t, identity.pid)
  if (second === undefined) return t.skip('skipped: the number could not be had again')
  assert.equal(isRunning(identity), false)
  assert.equal(signalProcess(identity, 'SIGKILL'), 'gone')
  assert.equal(lookAt(second.pid).state, 'alive', 'the newcomer was left alone')
})

test('a signal reaches the verified process', async (t) => {
  const program = startCommand(t, 'sleep', ['60'])
  assert.equal(signalProcess(identityOf(program), 'SIGTERM'), 'sent')
  assert.deepEqual(await program.ended, { code: null, signal: 'SIGTERM' })
})

test('process 1, groups and everybody are never signalled', () => {
  for (const pid of [1, 0, -1, -process.pid, Number.NaN]) {
    assert.equal(
      signalProcess({ pid, processStart: '1', bootId: bootId() }, 'SIGTERM'),
      'unknown',
      String(pid),
    )
  }
})

test('a command name full of brackets and blanks misleads nobody', { skip: needsLinux }, (t) => {
  const path = `${tempDir(t)}/x) Z 1 (2 3`
  copyFileSync('/bin/sleep', path)
  const program = startCommand(t, path, ['60'])
  assert.equal(lookAt(program.pid).state, 'alive')
})

test(
  "L4: another user's process lives, is another's, and is not signalled",
  { skip: needsRoot },
  async (t) => {
    const [own, root] = await lookFrom(
      t,
      ['setpriv', `--reuid=${NOBODY}`, '--clear-groups'],
      [process.pid],
    )
    assert.deepEqual(own, { look: 'alive', running: true, another: false, sent: null })
    assert.deepEqual(root, { look: 'alive', running: true, another: true, sent: 'gone' })
  },
)

test(
  'where nothing can be seen, what is there counts as running and is not signalled',
  { skip: needsRoot },
  async (t) => {
    const unseen = startCommand(t, 'sleep', ['60'])
    const cover = `mount -t tmpfs none /proc/${unseen.pid} && exec "$@"`
    const [own, other] = await lookFrom(
      t,
      ['unshare', '--mount', 'sh', '-c', cover, 'sh'],
      [unseen.pid],
    )
    assert.deepEqual(own, { look: 'alive', running: true, another: false, sent: null })
    assert.deepEqual(other, { look: 'unknown', running: true, another: false, sent: 'unknown' })
  },
)

test(
  'where /proc is that of another namespace, nobody is mistaken for somebody else',
  { skip: needsRoot },
  async (t) => {
    const [own, other] = await lookFrom(
      t,
      ['unshare', '--pid', '--fork', '--kill-child'],
      [4_000_000],
    )
    assert.deepEqual(own, { look: 'unknown', running: true, another: false, sent: null })
    assert.equal(other?.look, 'gone')
  },
)

test('parses /proc/PID/stat', () => {
  const tail = '0 -1 4194560 2 0 0 0 0 0 0 0 20 0 1 0 184467 2535424 130 18446744073709551615'
  assert.deepEqual(stat(`7 (node) S 1 7 7 ${tail}`), { state: 'S', startTicks: '184467' })
  assert.deepEqual(stat(`7 (a) Z (b\n) R 1 7 7 ${tail}`), { state: 'R', startTicks: '184467' })
  assert.deepEqual(stat('7 (x) Z 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99'), {
    state: 'Z',
    startTicks: '99',
  })
  for (const text of [
    '',
    '7',
    '7 (x',
    '7 (x)',
    '7 (x) S 1 2 3',
    `7 (x) S 1 7 7 ${tail}`.replace('184467', 'x'),
  ]) {
    assert.equal(stat(text), undefined, text)
  }
})

test('sees in /proc/PID/stat that a process is ending', () => {
  const line = (flags: number, pending: number): string =>
    `7 (a) b) R 1 7 7 0 -1 ${flags} 2 0 0 0 0 0 0 0 20 0 1 0 184467 0 0 0 0 0 0 0 0 ${pending} 0 0 0`
  assert.equal(parseEnding(line(0x400000, 0)), false)
  assert.equal(parseEnding(line(0x400004, 0)), true)
  assert.equal(parseEnding(line(0x400000, 256)), true)
  assert.equal(parseEnding(line(0x400000, 1 << 14)), false)
})

test('parses the boot time', () => {
  assert.equal(
    parseBootTime('cpu  1 2 3\nctxt 12\nbtime 1795169892\nprocesses 5\n'),
    1_795_169_892_000,
  )
  assert.equal(parseBootTime('cpu  1 2 3\n'), undefined)
})

test('parses what ps says on macOS', () => {
  const parsed = parsePs('Fri Nov 20 10:18:12 2026     Ss  \n')
  const startedAtMs = Date.UTC(2026, 10, 20, 10, 18, 12)
  assert.deepEqual(parsed, { state: 'alive', processStart: '2026-11-20T10:18:12Z', startedAtMs })
  const single = parsePs('Sun Mar  1 00:00:00 2026     R+')
  assert.equal(single?.state === 'alive' && single.processStart, '2026-03-01T00:00:00Z')
  assert.deepEqual(parsePs('Fri Nov 20 10:18:12 2026     Z+'), { state: 'gone' })
  for (const text of [
    '',
    'STARTED STAT',
    'Fre Nov 20 10:18:12 2026',
    'ven. 20 nov. 10:18:12 2026 S',
  ]) {
    assert.equal(parsePs(text), undefined, text)
  }
  assert.equal(parsePs('Fri anF 20 10:18:12 2026 S'), undefined)
})

test('sees in what ps says on macOS that a process is ending', () => {
  for (const text of ['', '\n', 'Z', '?E', 'SE+']) assert.equal(parseEndingState(text), true, text)
  for (const text of ['S', 'R+', 'Ss', 'U']) assert.equal(parseEndingState(text), false, text)
})

test('parses the boot session on macOS', () => {
  const id = '9F2C3A1E-0B7D-4C7E-8D57-6E6B0C9D1A22'
  assert.equal(parseBootSession(`${id}\n`), id)
  assert.equal(parseBootSession('unknown oid\n'), undefined)
})

interface Seen {
  readonly look: string
  readonly running: boolean
  readonly another: boolean
  readonly sent: string | null
}

async function lookFrom(
  t: TestContext,
  wrap: readonly string[],
  pids: readonly number[],
): Promise<Seen[]> {
  const [command = '', ...args] = wrap
  const script = [process.execPath, programPath('lock-look.ts'), ...pids.map(String)]
  const program = startCommand(t, command, [...args, ...script])
  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr())
  return program.lines().map((line): Seen => JSON.parse(line) as Seen)
}

/** Asks the kernel for that number; others may be quicker, so it is tried a few times. */
async function spawnAs(t: TestContext, pid: number): Promise<Program | undefined> {
  for (let tries = 0; tries < 50; tries += 1) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1))
    const program = startCommand(t, 'sleep', ['60'])
    if (program.pid === pid) return program
    await program.kill()
  }
  return undefined
}

function identityOf(program: Program): ProcessIdentity {
  const look = lookAt(program.pid)
  assert.equal(look.state, 'alive')
  return {
    pid: program.pid,
    processStart: look.state === 'alive' ? look.processStart : '',
    bootId: bootId(),
  }
}

function stat(text: string): ReturnType<typeof parseStat> {
  const bytes = Buffer.alloc(4096, ' 9')
  return parseStat(bytes, bytes.write(text, 'latin1'))
}
