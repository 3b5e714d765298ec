import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { CURFEW, makeHouse } from '../support/house.ts'
import { jobOf } from '../support/job-lines.ts'
import { needsLinux } from '../support/needs.ts'
import { startCommand } from '../support/program.ts'
import { shareDaemon } from '../support/shared-daemon.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const daemon = shareDaemon()
const house = () => daemon.get().house

test('run prints the id alone, and --json all of the job', async () => {
  const plain = await runCurfew(house(), ['run', '--', 'true'])
  assert.match(plain.stdout, /^[1-9]\d*\n$/)
  assert.deepEqual([plain.code, plain.stderr], [0, ''])
  const { code, value } = await runJson(house(), ['run', '--name', 'x', '--json', '--', 'true'])
  assert.equal(code, 0)
  assert.partialDeepStrictEqual(SHAPES.run.parse(value), { name: 'x', command: ['true'] })
})

test(
  'whoever cannot be told the id on stdout is told on stderr',
  { skip: needsLinux() },
  async (t) => {
    for (const more of [[], ['--json'], ['--wait']]) {
      const words = [...CURFEW, 'run', ...more, '--', 'true']
      const full = startCommand(t, 'sh', ['-c', '"$@" > /dev/full', 'sh', ...words], {
        env: house().env,
      })
      assert.equal((await full.ended).code, 1)
      const said =
        /^curfew: job (\d+) is submitted, but that could not be written to stdout \(ENOSPC\); /
      const [, id = ''] = said.exec(full.stderr()) ?? []
      assert.equal((await runCurfew(house(), ['wait', id])).code, 0, full.stderr())
    }
  },
)

test('J5: a job gets folder and environment of who submitted it, --env over that, and what leads home', async (t) => {
  const folder = tempDir(t)
  const script = 'pwd; echo "$GREETING,$OTHER,$CURFEW_HOME,$CURFEW_JOB,$CURFEW_SESSION"; cat'
  const args = ['run', '--follow', '--env', 'OTHER=a=b', '--', 'sh', '-c', script]
  const env = { GREETING: "it's\nme", OTHER: 'x', CURFEW_SESSION: 's1' }
  const { code, stdout, stderr } = await runCurfew(house(), args, { cwd: folder, env })
  assert.equal(code, 0, stderr)
  assert.equal(stdout, `${folder}\nit's\nme,a=b,${house().home},${jobOf(stderr)},s1\n`)
  const elsewhere = ['run', '--follow', '--cwd', 'sub', '--', 'pwd']
  mkdirSync(join(folder, 'sub'))
  assert.equal((await runCurfew(house(), elsewhere, { cwd: folder })).stdout, `${folder}/sub\n`)
})

test('J5: a job makes its files as whoever submitted it would, and so does a retry', async (t) => {
  const folder = tempDir(t)
  const under = ['sh', '-c', 'umask 027; exec "$@"', 'sh']
  const script = 'rm -f made; touch made; stat -c %a made'
  const args = ['run', '--follow', '--', 'sh', '-c', script]
  const { stdout, stderr } = await runCurfew(house(), args, { cwd: folder, under })
  assert.equal(stdout, '640\n', stderr)
  const again = await runCurfew(house(), ['retry', String(jobOf(stderr))])
  const { stdout: told } = await runCurfew(house(), ['logs', '-f', again.stdout.trim()])
  assert.equal(told, '640\n')
})

test('J5: what is meant for one process alone is not inherited, but --env gives it, to a retry too', async (t) => {
  const env = { NODE_OPTIONS: '--no-warnings', NOTIFY_SOCKET: '/x' }
  const script = 'echo "$NODE_OPTIONS,$NOTIFY_SOCKET"'
  const asked = [
    'run',
    '--follow',
    '--env',
    'NODE_OPTIONS=--trace-warnings',
    '--',
    'sh',
    '-c',
    script,
  ]
  const { stdout, stderr } = await runCurfew(house(), asked, { cwd: tempDir(t), env })
  assert.equal(stdout, '--trace-warnings,\n', stderr)
  const again = await runCurfew(house(), ['retry', String(jobOf(stderr))])
  const { stdout: told } = await runCurfew(house(), ['logs', '-f', again.stdout.trim()])
  assert.equal(told, '--trace-warnings,\n')
})

test('a command is an argv that nobody splits again; a line goes to a shell', async () => {
  const words = ['a b', '', '*', '$HOME', "it's", '--json', '--', '-x']
  const argv = await runCurfew(house(), ['run', '--follow', '--', 'printf', '[%s]\n', ...words])
  assert.equal(argv.stdout, words.map((word) => `[${word}]\n`).join(''))
  const line = await runCurfew(house(), ['run', '--follow', '--shell', 'echo a   b | tr a-z A-Z'])
  assert.equal(line.stdout, 'A B\n')
})

const ENDS: [string[], number, RegExp][] = [
  [['--', 'true'], 0, /succeeded/],
  [['--', 'sh', '-c', 'exit 7'], 7, /failed: exit code 7/],
  [['--', 'sh', '-c', 'exit 200'], 200, /failed: exit code 200/],
  [['--', 'sh', '-c', 'kill -SEGV $$'], 139, /was ended by a signal: signal SIGSEGV/],
  [['--', 'sh', '-c', 'kill -KILL $$'], 137, /signal SIGKILL/],
  [['--timeout', '200ms', '--', 'sleep', '60'], 124, /timed out/],
  [['--', '/no/such/command'], 127, /could not be started: .*no such command/],
  [['--cwd', '/no/such/folder', '--', 'true'], 127, /could not be started: /],
]

for (const [args, code, says] of ENDS) {
  test(`J2: run --wait ${args.join(' ')} ends with ${code} and says how`, async () => {
    const waited = await runCurfew(house(), ['run', '--wait', ...args])
    assert.match(waited.stdout, /^\d+\n$/)
    assert.match(waited.stderr, says)
    assert.equal(waited.code, code)
    const id = waited.stdout.trim()
    const again = await runCurfew(house(), ['wait', id])
    assert.deepEqual([again.code, again.stdout], [code, ''])
    assert.equal((await runCurfew(house(), ['wait', id, '--json'])).code, code)
  })
}

test('J2: a job whose waiter was killed is lost: 125', { skip: needsLinux() }, async () => {
  const { value } = await runJson(house(), ['run', '--json', '--', 'sleep', '60'])
  const { id } = SHAPES.run.parse(value)
  const pid = await waitFor(
    async () => SHAPES.job.parse((await runJson(house(), ['job', String(id), '--json'])).value).pid,
    { what: 'the job to run' },
  )
  process.kill(parentOf(pid ?? 0), 'SIGKILL')
  const waited = await runCurfew(house(), ['wait', String(id)])
  assert.equal(waited.code, 125, waited.stderr)
  assert.match(waited.stderr, /job \d+ is lost: /)
})

test('wait for several: the first code that is not 0, in the order given, commas or blanks', async () => {
  const [good, seven, eight] = await submitAll(
    ['true'],
    ['sh', '-c', 'exit 7'],
    ['sh', '-c', 'exit 8'],
  )
  assert.equal((await runCurfew(house(), ['wait', good, eight, seven])).code, 8)
  assert.equal((await runCurfew(house(), ['wait', `${seven},${eight}`, good])).code, 7)
  const { value } = await runJson(house(), ['wait', eight, good, eight, '--json'])
  const ids = SHAPES.wait.parse(value).jobs.map(({ id }) => String(id))
  assert.deepEqual(ids, [eight, good])
})

test('wait --timeout: 124, what has not ended is named, and the job goes on', async () => {
  const [id] = await submitAll(['sleep', '60'])
  const waited = await runCurfew(house(), ['wait', id, '--timeout', '100ms'])
  assert.equal(waited.code, 124)
  assert.match(waited.stderr, /the time is over, and job \d+ has not ended/)
  const killed = await runCurfew(house(), ['kill', id])
  assert.deepEqual([killed.code, killed.stdout], [0, ''])
  assert.equal((await runCurfew(house(), ['wait', id])).code, 143)
})

test('Ctrl-C of who waits leaves the job running, says so, and ends with 130', async (t) => {
  const gate = join(tempDir(t), 'gate')
  for (const how of ['--wait', '--follow']) {
    const args = [
      'run',
      how,
      '--',
      'sh',
      '-c',
      `echo begun; until [ -e ${gate} ]; do sleep 0.05; done`,
    ]
    const waiting = startCurfew(t, house(), args)
    await waitFor(() => /\d/.test(waiting.stdout() + waiting.stderr()), { what: 'the id' })
    if (how === '--follow') await waiting.line('begun')
    const { code } = await waiting.kill('SIGINT')
    assert.equal(code, 130)
    assert.match(waiting.stderr(), /job \d+ goes on; /)
  }
  writeFileSync(gate, '')
  const { value } = await runJson(house(), ['jobs', '-n', '2', '--json'])
  const ids = SHAPES.jobs.parse(value).map(({ id }) => String(id))
  assert.equal((await runCurfew(house(), ['wait', ...ids])).code, 0)
})

const WRONG: [string[], number, RegExp][] = [
  [['run'], 2, /nothing to run/],
  [['run', '--'], 2, /nothing to run/],
  [['run', '--shell', 'a', '--', 'b'], 2, /command: expected either a command or a shell line/],
  [['run', '--timeout', 'soon', '--', 'a'], 2, /timeout: expected a duration/],
  [['run', '--at', '25:00', '--', 'a'], 2, /expected a time/],
  [['run', '--at', '10:00', '--delay', '1h', '--', 'a'], 2, /either a delay or a time/],
  [['run', '--env', '=x', '--', 'a'], 2, /--env takes NAME=VALUE/],
  [['run', '--timout', '1h', '--', 'a'], 2, /did you mean --timeout\?/],
  [['run', '--group', 'nope', '--', 'a'], 4, /no group "nope"/],
  [['run', '--after', '999', '--', 'a'], 4, /no older job 999/],
  [['jobs', '--status', 'runing'], 2, /did you mean "running"\?/],
  [['job', '999'], 4, /no job 999/],
  [['logs', '999'], 4, /no job 999/],
  [['wait', '999'], 4, /no job 999/],
  [['wait', 'x'], 2, /expected a whole number/],
  [['wait', '1', '--timeout', 'soon'], 2, /"soon" is no duration/],
  [['kill', '999'], 4, /no job 999/],
  [['kill', '1', '--signal', 'STOP'], 2, /SIGSTOP is for `curfew pause`/],
  [['kill', '1'], 5, /job 1/],
  [['pause'], 2, /neither jobs nor a group/],
  [['resume', '1', '--group', 'x'], 2, /do not go together/],
  [['pause', '--group', 'nope'], 4, /no group "nope"/],
  [['pause', '1'], 5, /job 1/],
  [['retry', '999'], 4, /no job 999/],
  [['edit', '1'], 2, /nothing is named/],
  [['edit', '1', '--priority', '1'], 5, /job 1/],
  [['remove', '999'], 4, /no job 999/],
  [['group', 'set', 'x'], 2, /--slots/],
  [['group', 'remove', 'nope'], 4, /no group "nope"/],
  [['progress'], 2, /./],
  [['progress', '1/2'], 2, /not called inside a job/],
  [['progress', '1/2', '--job', '1'], 5, /job 1/],
  [['logs', '1', '--attempt', '2'], 4, /no attempt 2 of job 1/],
]

test('what is refused: one line on stderr, nothing on stdout, and the code that says why', async () => {
  await runCurfew(house(), ['wait', '1'])
  for (const [args, code, says] of WRONG) {
    const refused = await runCurfew(house(), args)
    assert.match(refused.stderr, says, args.join(' '))
    assert.match(refused.stderr, /^curfew: \P{Cc}+\n$/u, args.join(' '))
    assert.deepEqual([refused.code, refused.stdout], [code, ''], args.join(' '))
  }
})

test('what follows is the output of the job itself: no place for --json', async () => {
  for (const args of [
    ['run', '--follow', '--json', '--', 'a'],
    ['logs', '1', '-f', '--json'],
  ]) {
    const { code, value } = await runJson(house(), args)
    assert.deepEqual([code, SHAPES.error.parse(value).error.kind], [2, 'usage'])
  }
})

test('run starts a daemon where none runs, unless the config forbids it', async (t) => {
  const fresh = makeHouse(t)
  const forbidden = await runCurfew(fresh, ['run', '--', 'true'], {
    env: { CURFEW_AUTOSTART: 'false' },
  })
  assert.deepEqual([forbidden.code, forbidden.stdout], [3, ''])
  assert.equal(existsSync(fresh.paths.jobs), false)
  const started = await runCurfew(fresh, ['run', '--wait', '--', 'true'])
  assert.deepEqual([started.code, started.stdout], [0, '1\n'], started.stderr)
})

test('run in a folder that is gone says so', { skip: needsLinux() }, async (t: TestContext) => {
  const folder = tempDir(t)
  const line = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
  const under = ['sh', '-c', line, 'sh']
  const refused = await runCurfew(house(), ['run', '--', 'true'], { cwd: folder, under })
  assert.deepEqual([refused.code, refused.stdout], [2, ''])
  assert.match(refused.stderr, /folder this was called in is gone/)
})

async function submitAll<Commands extends readonly string[][]>(
  ...commands: Commands
): Promise<{ [At in keyof Commands]: string }> {
  const ids: string[] = []
  for (const command of commands) {
    ids.push((await runCurfew(house(), ['run', '--', ...command])).stdout.trim())
  }
  return ids as { [At in keyof Commands]: string }
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}
