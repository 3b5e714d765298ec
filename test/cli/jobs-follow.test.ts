import assert from 'node:assert/strict'
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { ESCAPE_PAYLOADS } from '../support/escape-payloads.ts'
import { CURFEW, type House, makeHouse } from '../support/house.ts'
import { needsCommand } from '../support/needs.ts'
import { startCommand } from '../support/program.ts'
import { shareDaemon } from '../support/shared-daemon.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const daemon = shareDaemon()
const curfew = (...args: string[]) => runCurfew(daemon.get().house, args)
const onTerminal = { skip: needsCommand('script') }

test('J11: run --follow shows what comes while it comes, all of it, and ends with the code', async (t) => {
  const gate = join(tempDir(t), 'gate')
  const line = `echo out; echo err >&2; ${untilThere(gate)}; seq 1 20000; printf end; exit 5`
  const follower = startCurfew(t, daemon.get().house, ['run', '--follow', '--shell', line])
  await follower.line('err')
  writeFileSync(gate, '')
  assert.equal((await follower.ended).code, 5)
  const numbers = Array.from({ length: 20_000 }, (_, at) => `${at + 1}\n`).join('')
  assert.equal(follower.stdout(), `out\nerr\n${numbers}end`)
  assert.match(follower.stderr(), /^curfew: job \d+\ncurfew: job \d+ failed: exit code 5\n$/)
})

test('J11: logs -f waits for a job that is not started yet, and ends with 0 when it is over', async (t) => {
  const gate = join(tempDir(t), 'gate')
  const first = await submit('--shell', untilThere(gate))
  const id = await submit('--after', first, '--shell', 'echo at last; exit 3')
  const follower = startCurfew(t, daemon.get().house, ['logs', '-f', id])
  writeFileSync(gate, '')
  assert.equal((await follower.ended).code, 0)
  assert.equal(follower.stdout(), 'at last\n')
})

test('J11: following goes on from one attempt to the next', async (t) => {
  const flag = join(tempDir(t), 'flag')
  const line = `if [ -e ${flag} ]; then echo second; else echo first; touch ${flag}; exit 1; fi`
  const { code, stdout, stderr } = await curfew('run', '--follow', '--retry', '2', '--shell', line)
  assert.deepEqual([code, stdout], [0, 'first\nsecond\n'])
  assert.match(stderr, /^curfew: attempt 2 of job \d+$/m)
})

test('J11: logs: the last lines, all of them, none, and what was cut', async () => {
  const id = await submit('--shell', 'seq 1 30000; printf 30001')
  await curfew('wait', id)
  assert.equal((await curfew('logs', id, '-n', '3')).stdout, '29999\n30000\n30001')
  assert.equal((await curfew('logs', id, '-n', '0')).stdout, '')
  assert.equal((await curfew('logs', id, '-f', '-n', '2')).stdout, '30000\n30001')
  assert.equal((await curfew('logs', id, '-n', '99999')).stdout.split('\n').length, 30_001)
  const { value } = await runJson(daemon.get().house, ['logs', id, '-n', '2', '--json'])
  assert.partialDeepStrictEqual(SHAPES.logs.parse(value), { attempt: 1, text: '30000\n30001' })
  const silent = await submit('--', 'true')
  await curfew('wait', silent)
  const nothing = await curfew('logs', silent)
  assert.deepEqual([nothing.code, nothing.stdout], [0, ''])
  assert.match(nothing.stderr, /there is no output of job \d+ \(succeeded\)/)
})

test('J7: where output was cut out, one line says how much', async (t) => {
  const small = await startDaemon(t, { env: { CURFEW_JOBS_LOG_CAP: '64KiB' } })
  const { house } = small
  const line = 'seq 1 400000; sleep 1; echo the end'
  const done = await runCurfew(house, ['run', '--wait', '--shell', line])
  assert.equal(done.code, 0, done.stderr)
  const all = await runCurfew(house, ['logs', '1'])
  assert.match(all.stdout, /^1\n2\n3\n/)
  assert.match(all.stdout, /the end\n$/)
  assert.match(all.stdout, /^\[… [\d,]+ bytes were cut out here …\]$/m)
  const tail = await runCurfew(house, ['logs', '1', '-n', '999999'])
  assert.match(tail.stdout, /^\[… [\d,]+ bytes were cut out here …\]\n/)
  assert.equal((await runCurfew(house, ['logs', '1', '-n', '1'])).stdout, 'the end\n')
})

test(
  'J11: off a terminal the bytes go through unchanged; on one they do harm only with --raw',
  onTerminal,
  async (t) => {
    const folder = tempDir(t)
    const evil = [...ESCAPE_PAYLOADS.values()].join('\n')
    const bytes = Buffer.concat([Buffer.from(`${evil}\n`), Buffer.from([0xff, 0x9b, 0x0a])])
    writeFileSync(join(folder, 'evil'), bytes)
    const id = await submit('--', 'cat', join(folder, 'evil'))
    await curfew('wait', id)
    const piped = await startShell(t, `${CURFEW.join(' ')} logs ${id} | cmp - ${folder}/evil`)
    assert.deepEqual([piped.code, piped.stdout], [0, ''])
    const shown = await startShell(t, `script -qec '${CURFEW.join(' ')} logs ${id}' /dev/null`)
    assert.doesNotMatch(shown.stdout, /(?![\r\n\t])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u)
    const raw = await startShell(t, `script -qec '${CURFEW.join(' ')} logs --raw ${id}' /dev/null`)
    assert.ok(raw.stdout.includes('\u001b[31mred'))
  },
)

test('J11: what a job is called cannot steer the terminal that lists it', onTerminal, async (t) => {
  const evil = '\u001b]0;owned\u0007\u202e\u009b31m'
  const id = await submit('--', 'true', evil)
  for (const args of ['jobs', `job ${id}`, `wait ${id}`]) {
    const line = `stty cols 70; ${CURFEW.join(' ')} ${args}`
    const { stdout } = await startShell(t, `NO_COLOR=1 script -qec '${line}' /dev/null`)
    assert.doesNotMatch(stdout, /(?![\r\n])[\p{Cc}\p{Cf}]/u, args)
    if (args === 'jobs')
      for (const row of stdout.split('\r\n')) assert.ok(row.length <= 70, `${row.length}: ${row}`)
  }
})

test('a reader that has seen enough ends logs and run --follow quietly', async (t) => {
  const id = await submit('--shell', 'seq 1 500000')
  await curfew('wait', id)
  for (const args of [
    `logs ${id}`,
    `logs -f ${id}`,
    "run --follow --shell 'seq 1 500000; exit 3'",
  ]) {
    const line = `{ ${CURFEW.join(' ')} ${args}; echo "code $?" >&2; } | head -n 2`
    const { stdout, stderr } = await startShell(t, line)
    assert.equal(stdout, '1\n2\n', args)
    assert.match(stderr, /^(?:curfew: job \d+\n)?code 0\n$/, args)
  }
})

test('J11: logs -f survives that the log is emptied under it', async (t) => {
  const gate = join(tempDir(t), 'gate')
  const id = await submit('--shell', `echo before; ${untilThere(gate)}`)
  const { value } = await runJson(daemon.get().house, ['job', id, '--json'])
  const log = join(SHAPES.job.parse(value).folder, 'output.log')
  const follower = startCurfew(t, daemon.get().house, ['logs', '-f', id])
  await follower.line('before')
  truncateSync(log)
  appendFileSync(log, 'new\n')
  await follower.line('new')
  writeFileSync(gate, '')
  assert.equal((await follower.ended).code, 0)
})

test('J1: following and waiting outlive a daemon that is killed and comes back, and miss nothing', async (t) => {
  const first = await startDaemon(t)
  const { house } = first
  const gate = join(house.folder, 'gate')
  const line = `echo one; ${untilThere(gate)}; echo two; exit 6`
  const follower = startCurfew(t, house, ['run', '--follow', '--shell', line])
  await follower.line('one')
  const waiter = startCurfew(t, house, ['wait', '1', '--json'])
  await first.kill()
  const second = await startDaemon(t, { house })
  writeFileSync(gate, '')
  assert.deepEqual([(await follower.ended).code, follower.stdout()], [6, 'one\ntwo\n'])
  assert.equal((await waiter.ended).code, 6, waiter.stderr())
  await second.stop()
})

test('J1: a job that ends while no daemon runs ends the following of it, with its code', async (t) => {
  const { house, gate, follower } = await followedAlone(t)
  writeFileSync(gate, '')
  assert.deepEqual([(await follower.ended).code, follower.stdout()], [6, 'one\ntwo\n'])
  assert.match(follower.stderr(), /job 1 failed: exit code 6/)
  assert.equal((await runCurfew(house, ['wait', '1'])).code, 6)
})

test('J1: when no daemon comes back, who waits is told so: exit 3, and the job goes on', async (t) => {
  const { house, gate, follower } = await followedAlone(t)
  assert.equal((await follower.ended).code, 3)
  assert.match(follower.stderr(), /no daemon runs, and not all of the jobs are known to have ended/)
  writeFileSync(gate, '')
  await waitFor(async () => (await runCurfew(house, ['wait', '1'])).code === 6, {
    what: 'the job to end by itself',
  })
})

interface Alone {
  readonly house: House
  readonly gate: string
  readonly follower: ReturnType<typeof startCurfew>
}

/** Somebody follows a job, and the daemon is killed. */
async function followedAlone(t: TestContext): Promise<Alone> {
  const house = makeHouse(t)
  const only = await startDaemon(t, { house })
  const gate = join(house.folder, 'gate')
  const line = `echo one; ${untilThere(gate)}; echo two; exit 6`
  const follower = startCurfew(t, house, ['run', '--follow', '--shell', line])
  await follower.line('one')
  await only.kill()
  return { house, gate, follower }
}

async function startShell(t: TestContext, line: string) {
  const { env, folder } = daemon.get().house
  const program = startCommand(t, 'sh', ['-c', line], { env, cwd: folder })
  const { code } = await program.ended
  return { code, stdout: program.stdout(), stderr: program.stderr() }
}

async function submit(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await curfew('run', ...args)
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

function untilThere(path: string): string {
  return `until [ -e ${path} ]; do sleep 0.02; done`
}
