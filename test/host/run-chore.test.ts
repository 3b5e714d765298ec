import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { choreLogPath } from '../../src/host/chore-log.ts'
import { endLeftOverChores } from '../../src/host/chore-trace.ts'
import { bootId, isRunning, lookAt } from '../../src/host/identity.ts'
import { type Paths, resolvePaths } from '../../src/host/paths.ts'
import { startChoreCommand } from '../../src/host/run-chore.ts'
import { type Cleaning, onEnd } from '../support/cleaning.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const notLinux = process.platform === 'linux' ? false : 'needs /proc'

function makeHome(t: Cleaning): Paths {
  const paths = resolvePaths(join(tempDir(t), 'home'), {})
  for (const folder of [paths.home, paths.log]) mkdirSync(folder, { mode: 0o700 })
  return paths
}

function start(paths: Paths, script: string, name = 'test') {
  return startChoreCommand({ name, command: ['sh', '-c', script], paths })
}

function outputOf(paths: Paths, name = 'test'): string {
  return readFileSync(choreLogPath(paths, name), 'utf8')
}

test('S4: a chore runs in the home, with a clean environment and no input', async (t) => {
  const paths = makeHome(t)
  process.env.CANARY_OF_THE_TEST = 'secret'
  onEnd(t, () => delete process.env.CANARY_OF_THE_TEST)
  const run = start(paths, 'pwd; env; cat; echo oops >&2; exit 3')
  assert.deepEqual(await run.end, { kind: 'exited', code: 3 })
  const output = outputOf(paths)
  assert.match(output, new RegExp(`^${paths.home}$`, 'm'))
  assert.match(output, new RegExp(`^CURFEW_HOME=${paths.home}$`, 'm'))
  assert.match(output, /^oops$/m)
  assert.doesNotMatch(output, /CANARY_OF_THE_TEST/)
})

test('S4: a signal is told as a signal, also where a shell would give a number', async (t) => {
  const paths = makeHome(t)
  assert.deepEqual(await start(paths, 'kill -SEGV $$').end, {
    kind: 'signalled',
    signal: 'SIGSEGV',
  })
  assert.deepEqual(await start(paths, 'exit 137').end, { kind: 'exited', code: 137 })
})

test('S4: a command that cannot be started says why', async (t) => {
  const paths = makeHome(t)
  const none = startChoreCommand({ name: 'x', command: ['/no/such/program'], paths })
  assert.deepEqual(await none.end, {
    kind: 'unstartable',
    reason: '/no/such/program: no such program',
  })
  const plain = join(paths.home, 'plain')
  writeFileSync(plain, 'text', { mode: 0o600 })
  const end = await startChoreCommand({ name: 'x', command: [plain], paths }).end
  assert.deepEqual(end, { kind: 'unstartable', reason: `${plain}: EACCES` })
})

test('S4: stopping ends all of it, and nothing is left', async (t) => {
  const paths = makeHome(t)
  const run = start(paths, 'sleep 61.5 & echo "$!"; wait')
  const inner = await waitFor(() => Number(outputOf(paths).trim()), { what: 'the inner process' })
  run.stop()
  run.stop()
  assert.deepEqual(await run.end, { kind: 'signalled', signal: 'SIGTERM' })
  await waitFor(() => lookAt(inner).state === 'gone', { what: 'the inner one to go' })
  assert.deepEqual(traces(paths), [])
})

test('S4: stopping ends what left its group too', { skip: notLinux }, async (t) => {
  const paths = makeHome(t)
  const run = start(paths, 'setsid sleep 66.5 & echo "$!"; wait')
  const escaped = await waitFor(() => Number(outputOf(paths).trim()), { what: 'the escaped one' })
  await waitFor(() => groupOf(escaped) === escaped, { what: 'it to leave the group' })
  run.stop()
  await run.end
  await waitFor(() => lookAt(escaped).state === 'gone', { what: 'the escaped one to go' })
})

test('S4: what it leaves running in its group ends with it', async (t) => {
  const paths = makeHome(t)
  const run = start(paths, 'sleep 62.5 >/dev/null 2>&1 & echo "$!"')
  assert.deepEqual(await run.end, { kind: 'exited', code: 0 })
  const inner = Number(outputOf(paths).trim())
  await waitFor(() => lookAt(inner).state === 'gone', { what: 'the left-over to go' })
})

test('S4: of endless output beginning and end are kept', async (t) => {
  const paths = makeHome(t)
  const run = start(paths, 'echo first; head -c 3000000 /dev/zero | tr "\\0" x; echo; echo last')
  assert.deepEqual(await run.end, { kind: 'exited', code: 0 })
  const output = outputOf(paths)
  assert.ok(output.startsWith('first\n'))
  assert.ok(output.endsWith('\nlast\n'))
  assert.match(output, /\n\[\d+ bytes left out\]\n/)
  assert.ok(output.length < 1024 * 1024, `${output.length} bytes`)
})

test('S4: a log is private, begins anew with each run, and its name cannot lead elsewhere', async (t) => {
  const paths = makeHome(t)
  await start(paths, 'echo one', '../../up').end
  await start(paths, 'echo two', '../../up').end
  const path = choreLogPath(paths, '../../up')
  assert.equal(join(path, '..'), paths.log)
  assert.equal(readFileSync(path, 'utf8'), 'two\n')
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('S4: a chore that a killed daemon left is ended by the next', async (t) => {
  const paths = makeHome(t)
  const run = start(paths, 'echo here; sleep 63.5')
  await waitFor(() => outputOf(paths) === 'here\n', { what: 'it to begin' })
  assert.equal(traces(paths).length, 1)
  assert.equal(endLeftOverChores(paths), 1)
  assert.deepEqual(await run.end, { kind: 'signalled', signal: 'SIGKILL' })
  assert.deepEqual(traces(paths), [])
})

test('S4: a trace that names somebody else, or nothing, harms nobody', (t) => {
  const paths = makeHome(t)
  const self = { pid: process.pid, processStart: 'another', bootId: bootId() }
  const texts = [JSON.stringify(self), 'garbage', '{"pid":1,"processStart":"1","bootId":"x"}']
  for (const [index, text] of texts.entries()) {
    writeFileSync(join(paths.home, `.chore-${'0'.repeat(15)}${index}`), text)
  }
  assert.equal(endLeftOverChores(paths), 0)
  assert.deepEqual(traces(paths), [])
  assert.ok(isRunning({ pid: process.pid }))
})

test('S4: what escaped from it ends with the next daemon too', { skip: notLinux }, async (t) => {
  const paths = makeHome(t)
  const { escaped, kept, text } = await letEscape(paths, 'setsid sleep 64.5')
  assert.equal(lookAt(escaped).state, 'alive')
  writeFileSync(join(paths.home, kept), text)
  assert.equal(endLeftOverChores(paths), 1)
  await waitFor(() => lookAt(escaped).state === 'gone', { what: 'the escaped one to go' })
})

test('S4: a trace is there before the command begins, and gone after it', async (t) => {
  const paths = makeHome(t)
  const run = start(paths, 'ls -a "$CURFEW_HOME"')
  await run.end
  assert.match(outputOf(paths), /^\.chore-[0-9a-f]{16}$/m)
  assert.deepEqual(traces(paths), [])
})

test(
  'J1: a job that was submitted from within a chore is not ended with it',
  { skip: notLinux },
  async (t) => {
    const paths = makeHome(t)
    const { escaped: job, kept, text } = await letEscape(paths, 'CURFEW_JOB=5 setsid sleep 65.5')
    onEnd(t, () => process.kill(job, 'SIGKILL'))
    writeFileSync(join(paths.home, kept), text)
    assert.equal(endLeftOverChores(paths), 0)
    assert.equal(lookAt(job).state, 'alive')
  },
)

test('S4: whoever needs a moment to end in order gets it, in all of the group', async (t) => {
  const paths = makeHome(t)
  const slow = `sh -c 'trap "sleep 0.3; echo in order; exit" TERM; echo ready; while :; do sleep 0.05; done'`
  const run = start(paths, `${slow} & wait`)
  await waitFor(() => outputOf(paths) === 'ready\n', { what: 'the inner one to be ready' })
  run.stop()
  await run.end
  assert.match(outputOf(paths), /\nin order\n$/)
})

test('S4: names that look alike in a file name have logs of their own', (t) => {
  const paths = makeHome(t)
  const names = ['a b', 'a_b', 'a/b', 'A_b']
  assert.equal(new Set(names.map((name) => choreLogPath(paths, name))).size, names.length)
  assert.equal(choreLogPath(paths, 'backup'), join(paths.log, 'chore-backup.log'))
})

test('S4: no place for its log is a failure that says so, not an exception', async (t) => {
  const paths = makeHome(t)
  const end = await startChoreCommand({
    name: 'x',
    command: ['true'],
    paths: { ...paths, log: '/no/such/folder' },
  }).end
  assert.equal(end.kind, 'failed')
  assert.ok(!existsSync('/no/such/folder'))
})

function traces(paths: Paths): string[] {
  return readdirSync(paths.home).filter((name) => name.startsWith('.chore-'))
}

function groupOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])
}

/** A run whose command leaves something in a session of its own, which is there when the run is over. */
async function letEscape(
  paths: Paths,
  command: string,
): Promise<{ escaped: number; kept: string; text: string }> {
  const go = join(paths.home, 'go')
  const hasLeft = `until [ "$(cut -d' ' -f6 /proc/$!/stat)" = "$!" ]; do :; done`
  const script = `${command} & ${hasLeft}; echo $!; until [ -e '${go}' ]; do sleep 0.02; done`
  const run = start(paths, script)
  const pid = await waitFor(() => /^(\d+)\n/.exec(outputOf(paths))?.[1], { what: 'it to escape' })
  const [kept = ''] = traces(paths)
  const text = readFileSync(join(paths.home, kept), 'utf8')
  writeFileSync(go, '')
  await run.end
  return { escaped: Number(pid), kept, text }
}
